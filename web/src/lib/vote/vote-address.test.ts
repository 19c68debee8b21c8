import { expect, test } from 'vitest'
import { parseOptions } from './vote-options.ts'
import { readVoteAddress, voteAddress, type VoteAddress } from './vote-address.ts'

const read = (query: string) => readVoteAddress(new URLSearchParams(query))
const vote: VoteAddress = {
  channel: 'arena',
  title: 'Chess & Go?',
  options: parseOptions('1:Chess,2:Go'),
  lengthMs: 60_000,
  stretch: { from: 1000, to: 61_000 },
  result: { counts: [12, 5], isLeast: true },
}

test('holds a vote and its result', () => {
  const address = voteAddress(vote)
  expect(address).toBe(
    '/vote?channel=arena&options=1:Chess,2:Go&title=Chess%20%26%20Go%3F&for=60&from=1000&to=61000&counts=12,5&least=1',
  )
  expect(read(address.slice('/vote'.length))).toEqual({ address: vote, problems: [] })
})

test('holds a vote before its start, and an open one', () => {
  const fresh = { ...vote, stretch: null, result: null, lengthMs: null, title: '' }
  expect(voteAddress(fresh)).toBe('/vote?channel=arena&options=1:Chess,2:Go')
  const open = { ...fresh, stretch: { from: 1000, to: null } }
  expect(voteAddress(open)).toBe('/vote?channel=arena&options=1:Chess,2:Go&from=1000')
  for (const each of [fresh, open]) expect(read(voteAddress(each).slice(5)).address).toEqual(each)
})

test.each([
  ['channel=a-b', 'channel'],
  ['options=yes', 'too_few'],
  ['for=0', 'length'],
  ['for=86401', 'length'],
  ['from=x', 'range'],
  ['from=5&to=5', 'range'],
  ['from=0&to=86400001', 'range'],
  ['options=yes,no&counts=1', 'counts'],
  ['options=yes,no&counts=1,-2', 'counts'],
  ['options=yes,no&counts=1,9999999999', 'counts'],
])('reports what is wrong with %s, and leaves it out', (query, problem) => {
  const { address, problems } = read(query)
  expect(problems).toEqual([problem])
  expect(address).toMatchObject({ channel: null, lengthMs: null, stretch: null, result: null })
})
