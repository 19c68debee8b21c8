import { expect, test } from 'vitest'
import { historySteps, maxHistoryAgeMs } from '@chat-battle/contracts/rest/routes/get-history'
import { problemOf, refreshMs, stepOf, timesOf, within } from './range-times.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const nowMs = Date.parse('2026-11-26T12:34:56.789Z')

test.each([
  [10 * minuteMs, '5s'],
  [30 * minuteMs, '5s'],
  [hourMs, '1m'],
  [2 * hourMs, '1m'],
  [12 * hourMs, '1m'],
  [dayMs, '10m'],
  [5 * dayMs, '10m'],
  [7 * dayMs, '1h'],
  [30 * dayMs, '1h'],
  [90 * dayMs, '1d'],
] as const)('a range of %d ms has steps of %s', (lengthMs, step) => expect(stepOf(lengthMs)).toBe(step))

test('every range is served with its step', () => {
  for (let lengthMs = minuteMs; lengthMs <= maxHistoryAgeMs; lengthMs += 37 * minuteMs) {
    const { maxRangeMs, stepMs } = historySteps[stepOf(lengthMs)]
    expect(lengthMs).toBeLessThanOrEqual(maxRangeMs)
    expect(lengthMs / stepMs).toBeLessThanOrEqual(750)
  }
})

test('an open range ends with the present step, a fixed one is what it is', () => {
  expect(timesOf('10m', nowMs).to).toBe(Date.parse('2026-11-26T12:35:00Z'))
  expect(timesOf('1d', nowMs)).toEqual({
    from: Date.parse('2026-11-25T12:40:00Z'),
    to: Date.parse('2026-11-26T12:40:00Z'),
  })
  expect(timesOf({ from: 5, to: 9 }, nowMs)).toEqual({ from: 5, to: 9 })
})

test('a range that reaches the present is fetched again, the longer the less often', () => {
  const every = (lengthMs: number, to = nowMs) => refreshMs({ from: to - lengthMs, to }, nowMs)
  expect([hourMs, dayMs, 7 * dayMs].map((lengthMs) => every(lengthMs))).toEqual([5000, 60_000, 300_000])
  expect(every(hourMs, nowMs - 10 * minuteMs)).toBe(5000)
  expect(every(hourMs, nowMs - 20 * minuteMs)).toBeNull()
})

test.each([
  [undefined, nowMs, 'incomplete'],
  [nowMs, nowMs - hourMs, 'backwards'],
  [nowMs - 1000, nowMs, 'short'],
  [nowMs - 91 * dayMs, nowMs, 'long'],
  [nowMs - 91 * dayMs, nowMs - 90 * dayMs, 'old'],
  [nowMs + hourMs, nowMs + 2 * hourMs, 'future'],
  [nowMs - hourMs, nowMs + hourMs, undefined],
])('a range from %s to %s is %s', (from, to, problem) => expect(problemOf(from, to, nowMs)).toBe(problem))

test('a range that was moved too far comes back to what is kept', () => {
  const ahead = within({ from: nowMs - hourMs, to: nowMs + hourMs }, nowMs)
  expect(ahead).toEqual({ from: nowMs - 2 * hourMs, to: nowMs })
  expect(within({ from: 0, to: hourMs }, nowMs).from).toBe(nowMs - 90 * dayMs + hourMs)
  const all = within({ from: nowMs - 100 * dayMs, to: nowMs }, nowMs)
  expect(problemOf(all.from, all.to, nowMs)).toBeUndefined()
})
