import { describe, expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { newMessageAt, ServerClock } from './server-clock.ts'

/** The servers' time at 1,000,000 of a browser's clock, after messages that came so much later than they were written. */
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

  test('follows a clock that is put right', () => {
    expect(timeAfter([-300_000, ...new Array<number>(20).fill(200)])).toBe(1_000_000)
    expect(timeAfter([300_000, 200])).toBe(1_000_000)
  })
})

describe('a message is known to be new', () => {
  const frame = (start: number, last_message_at: number | null) => ({
    ...emptyStats('1', 'arena', start),
    revision: 1,
    last_message_at,
  })
  const silent = emptyStats('1', 'arena', 3 * windowMs)
  const previous = frame(0, 5)

  test.each([
    [
      'when the frame before told of an older one',
      frame(windowMs, windowMs + 1),
      frame(windowMs, windowMs + 2),
    ],
    ['when the frame before told of none', frame(windowMs, null), frame(windowMs, windowMs + 2)],
    [
      'when only a silent window was there, made by a clock that is fast',
      silent,
      frame(windowMs, windowMs + 2),
    ],
    ['when its window has just begun', frame(0, 1), frame(windowMs, windowMs + 2)],
  ])('%s', (_, current, next) => {
    expect(newMessageAt({ current, previous }, next)).toBe(windowMs + 2)
  })

  test.each([
    ['when no frame was there before', null, frame(windowMs, windowMs + 2)],
    ['when it was told of already', frame(windowMs, windowMs + 2), frame(windowMs, windowMs + 2)],
    ['when the frame tells of none', frame(windowMs, windowMs + 2), frame(2 * windowMs, null)],
    ['when its window is past', frame(windowMs, null), frame(0, 9)],
    ['when its window ended before the silent one', silent, { ...frame(2 * windowMs, 9), final: true }],
  ])('not %s', (_, current, next) => {
    expect(newMessageAt({ current, previous }, next)).toBeUndefined()
  })
})
