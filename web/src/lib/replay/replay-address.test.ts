import { expect, test } from 'vitest'
import { readReplayAddress, replayAddress, type ReplayPlace } from './replay-address.ts'

const from = 1_795_600_800_000
const to = from + 3_600_000
const read = (address: string) => readReplayAddress(new URL(address, 'http://page').searchParams)

test.each<ReplayPlace>([
  { channels: ['one'], from, to },
  { channels: ['one', '@900'], from, to, at: from + 10_500, speed: 20 },
])('reads what it wrote: %j', (place) => {
  expect(read(replayAddress(place))).toEqual({
    place: { at: from, speed: 1, ...place },
    channels: place.channels,
    problems: [],
  })
})

test('leaves out default values', () => {
  expect(replayAddress({ channels: ['one', 'two'], from, to, at: from, speed: 1 })).toBe(
    `/replay?channels=one,two&from=${from}&to=${to}`,
  )
})

test.each([
  ['/replay', [], []],
  ['/replay?channels=one', ['one'], []],
  [`/replay?channels=one&from=${to}&to=${from}`, ['one'], ['range']],
  [`/replay?channels=one&from=x&to=${to}`, ['one'], ['range']],
  [`/replay?channels=one&from=${from}&to=99999999999999999`, ['one'], ['range']],
  [`/replay?channels=one&from=0&to=${from}`, ['one'], ['long_range']],
  [`/replay?channels=a%20b&from=${from}&to=${to}`, [], ['channels']],
])('has no place in %s', (address, channels, problems) => {
  expect(read(address)).toEqual({ place: null, channels, problems })
})

test.each([
  ['channels=One,one,%23two', { channels: ['one', 'two'] }, []],
  ['channels=a,b,c,d,e', { channels: ['a', 'b', 'c', 'd'] }, ['too_many_channels']],
  [`channels=a&at=${to}`, { at: from }, ['at']],
  ['channels=a&at=now', { at: from }, ['at']],
  ['channels=a&speed=3', { speed: 1 }, ['speed']],
  ['channels=a&speed=5', { speed: 5 }, []],
])('falls back where %s cannot be used', (query, place, problems) => {
  const address = read(`/replay?from=${from}&to=${to}&${query}`)
  expect(address.place).toMatchObject(place)
  expect(address.problems).toEqual(problems)
})
