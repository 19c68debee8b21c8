import { expect, test } from 'vitest'
import { readSearchAddress, searchAddress } from './search-address.ts'

const [from, to] = [1_795_600_800_000, 1_795_604_400_000]
const read = (address: string) => readSearchAddress(new URL(address, 'http://page').searchParams)

test.each([
  { channel: 'one', words: '', emote: '', user: '', from, to },
  { channel: '@900', words: '"gg & wp" +1', emote: ':)', user: 'ann', from, to },
])('reads what it wrote: %j', (query) => {
  expect(read(searchAddress(query))).toMatchObject({ query, problems: [] })
})

test('leaves out what is empty', () => {
  expect(searchAddress({ channel: 'one', words: '', emote: '', user: '', from, to })).toBe(
    `/search?channel=one&from=${from}&to=${to}`,
  )
})

test.each([
  ['/search', []],
  ['/search?channel=one&words=gg', []],
  [`/search?channel=a%20b&from=${from}&to=${to}`, ['channel']],
  [`/search?channel=one&from=${to}&to=${from}`, ['range']],
  [`/search?channel=one&from=${from}`, ['range']],
  [`/search?channel=one&from=0&to=${to}`, ['long_range']],
])('searches nothing for %s', (address, problems) => {
  expect(read(address)).toMatchObject({ query: null, problems })
})

test('clips texts that the search does not accept', () => {
  expect(read(`/search?words=${'a'.repeat(300)}`).given.words).toHaveLength(200)
})
