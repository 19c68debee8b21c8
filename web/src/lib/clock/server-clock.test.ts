import { describe, expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { newMessageAt, ServerClock } from './server-clock.ts'

/** The servers' time at 1,000,000 of a browser's clock, after messages with these differences between arrival and writing. */
function timeAfter(differencesMs: readonly number[]): number {
  const clock = new ServerClock()
  for (const differenceMs of differencesMs) clock.learn(500_000, 500_000 + differenceMs)
  return clock.timeAt(1_000_000)
}

describe('the servers\u2019 time', () => {
  test.each([
    ['the browser\u2019s before a message came', [], 1_000_000],
    ['the browser\u2019s where messages merely take a while', [4000, 900, 4900], 1_000_000],
    ['the browser\u2019s where clocks differ by a little', [-900], 1_000_000],
    ['less where the browser is ahead, whatever came late', [61_000, 60_200, 95_000], 939_800],
    ['more where the browser is behind', [-59_500, -60_000, -30_000], 1_060_000],
  ])('is %s', (_, differencesMs, timeMs) => expect(timeAfter(differencesMs)).toBe(timeMs))

  test('follows a clock that is corrected', () => {
    expect(timeAfter([-300_000, ...new Array<number>(20).fill(200)])).toBe(1_000_000)
    expect(timeAfter([300_000, 200])).toBe(1_000_000)
  })
})

describe('the time of a new message', () => {
  const frame = (start: number, last_message_at: number | null) => ({
    ...emptyStats('1', 'arena', start),
    revision: 1,
    last_message_at,
  })
  const silent = emptyStats('1', 'arena', 3 * windowMs)
  const previous = frame(0, 5)

  test.each([
    [
      'known where the previous frame has an older message',
      frame(windowMs, windowMs + 1),
      frame(windowMs, windowMs + 2),
    ],
    ['known where the previous frame has no message', frame(windowMs, null), frame(windowMs, windowMs + 2)],
    ['known after a silent window, which a fast clock may have made', silent, frame(windowMs, windowMs + 2)],
    ['known at the start of a window', frame(0, 1), frame(windowMs, windowMs + 2)],
  ])('is %s', (_, current, next) => {
    expect(newMessageAt({ current, previous }, next)).toBe(windowMs + 2)
  })

  test.each([
    ['unknown without a previous frame', null, frame(windowMs, windowMs + 2)],
    [
      'unknown where the previous frame has the same message',
      frame(windowMs, windowMs + 2),
      frame(windowMs, windowMs + 2),
    ],
    ['unknown without a message', frame(windowMs, windowMs + 2), frame(2 * windowMs, null)],
    ['unknown where its window is past', frame(windowMs, null), frame(0, 9)],
    [
      'unknown where its window ended before the silent one',
      silent,
      { ...frame(2 * windowMs, 9), final: true },
    ],
  ])('is %s', (_, current, next) => {
    expect(newMessageAt({ current, previous }, next)).toBeUndefined()
  })
})
