import { expect, test } from 'vitest'
import { message, removal } from '../chat/chat.fixture.ts'
import { Ballot } from './ballot.ts'
import { parseOptions } from './vote-options.ts'

const options = parseOptions('1:Chess,2:Go,Kappa')
let lastId = 0
const vote = (username: string, text: string, given = {}) =>
  message({ username, message: text, timestamp: 1500, message_id: `v${++lastId}`, ...given })
const ballot = (limit?: number) => new Ballot(options, { from: 1000, to: 2000 }, limit)

test('counts messages of one token, whatever their case, width or invisible characters', () => {
  const votes = ballot()
  for (const [index, text] of [' 1 ', '１', '1️⃣', '2', 'KAPPA', 'kappa \u{e0000}'].entries())
    votes.take(vote(`person${index}`, text))
  for (const text of ['1 please', '11', 'chess', '', '3']) votes.take(vote(`other ${text}`, text))
  expect(votes.counts).toEqual([3, 1, 2])
})

test('counts one vote per person, the last one by its time', () => {
  const votes = ballot()
  votes.take(vote('ada', '1', { timestamp: 1100 }))
  votes.take(vote('ada', '2', { timestamp: 1300 }))
  votes.take(vote('ada', 'Kappa', { timestamp: 1200 }))
  expect(votes.counts).toEqual([0, 1, 0])
})

test('counts the same messages again without a change', () => {
  const votes = ballot()
  const given = [
    vote('ada', '1', { timestamp: 1100 }),
    vote('ada', '2', { timestamp: 1200 }),
    vote('bo', '1'),
  ]
  for (const each of [...given, ...given]) votes.take(each)
  expect(votes.counts).toEqual([1, 1, 0])
})

test('leaves out what was written before the start, at the end or after it', () => {
  const votes = ballot()
  for (const timestamp of [999, 1000, 1999, 2000]) votes.take(vote(`at ${timestamp}`, '1', { timestamp }))
  expect(votes.counts).toEqual([2, 0, 0])
})

test('leaves out bots, by the record or else by the built-in list, and mirrored messages', () => {
  const votes = ballot()
  votes.take(vote('helper', '1', { is_bot: true }))
  votes.take(vote('nightbot', '1'))
  votes.take(vote('ada', '1', { source_channel_id: '7' }))
  expect(votes.counts).toEqual([0, 0, 0])
})

test('drops the votes of people who are removed, deleted votes, and all of a cleared chat', () => {
  const votes = ballot()
  votes.take(vote('ada', '1'))
  votes.take(vote('bo', '2', { message_id: 'deleted' }))
  votes.take(vote('cy', '2'))
  votes.remove(removal('1', { user_ids: ['id of ada', 'id of nobody'] }))
  votes.remove(removal('1', { message_ids: ['deleted', 'unknown'] }))
  expect(votes.counts).toEqual([0, 1, 0])
  votes.remove(removal('1', { all: true }))
  expect(votes.counts).toEqual([0, 0, 0])
})

test('a removed vote brings none back that the person gave before', () => {
  const votes = ballot()
  votes.take(vote('ada', '1', { message_id: 'first', timestamp: 1100 }))
  votes.take(vote('ada', '2', { message_id: 'second', timestamp: 1200 }))
  votes.remove(removal('1', { message_ids: ['first'] }))
  expect(votes.counts).toEqual([0, 1, 0])
  votes.remove(removal('1', { message_ids: ['second'] }))
  expect(votes.counts).toEqual([0, 0, 0])
})

test('an end that is set later drops the votes from then on', () => {
  const votes = new Ballot(options, { from: 1000, to: null })
  votes.take(vote('ada', '1', { timestamp: 1400 }))
  votes.take(vote('bo', '1', { timestamp: 1500 }))
  votes.end(1500)
  votes.take(vote('cy', '1', { timestamp: 1600 }))
  expect(votes.counts).toEqual([1, 0, 0])
})

test('counts at most so many people, and says so; they may still change their votes', () => {
  const votes = ballot(2)
  for (const name of ['ada', 'bo']) votes.take(vote(name, '1'))
  expect(votes.isFull).toBe(false)
  votes.take(vote('cy', '1'))
  votes.take(vote('ada', '2'))
  expect(votes.counts).toEqual([1, 1, 0])
  expect(votes.isFull).toBe(true)
})
