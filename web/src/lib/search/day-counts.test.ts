import { expect, test } from 'vitest'
import { daysOf, isCounted, keptDays, uncounted, withCount } from './day-counts.ts'

const at = (utc: string) => Date.parse(`${utc}Z`)
const range = { from: at('2026-11-24T20:00'), to: at('2026-11-26T14:00') }

test('splits a range at midnight in the zone, newest first', () => {
  const bounds = (zone: string) => daysOf(range, zone).map(({ from, to }) => [from, to])
  const [first, second] = [at('2026-11-25T00:00'), at('2026-11-26T00:00')]
  expect(bounds('UTC')).toEqual([
    [second, range.to],
    [first, second],
    [range.from, first],
  ])
  const hourMs = 60 * 60_000
  expect(bounds('Europe/Berlin')).toEqual([
    [second - hourMs, range.to],
    [first - hourMs, second - hourMs],
    [range.from, first - hourMs],
  ])
})

test('has one day of 25 hours where clocks change', () => {
  const change = { from: at('2026-10-24T22:00'), to: at('2026-10-25T23:00') }
  expect(daysOf(change, 'Europe/Berlin')).toHaveLength(1)
})

test('counts a day in parts, and then the one before', () => {
  let days = daysOf(range, 'UTC')
  expect(uncounted(days)).toEqual({ from: at('2026-11-26T00:00'), to: range.to })
  days = withCount(days, { matched: 7, scanned: { from: at('2026-11-26T06:00'), to: range.to } })
  expect(days.map(isCounted)).toEqual([false, false, false])
  expect(uncounted(days)).toEqual({ from: at('2026-11-26T00:00'), to: at('2026-11-26T06:00') })
  const rest = { from: at('2026-11-26T00:00'), to: at('2026-11-26T06:00') }
  days = withCount(days, { matched: 5, scanned: rest })
  expect(days.map(({ matched }) => matched)).toEqual([12, 0, 0])
  expect(days.map(isCounted)).toEqual([true, false, false])
  expect(uncounted(days)?.to).toBe(at('2026-11-26T00:00'))
})

test('has nothing left to count at the end', () => {
  const days = daysOf(range, 'UTC').map((day) => ({ ...day, countedFrom: day.from }))
  expect(uncounted(days)).toBeUndefined()
})

test('ends where messages are no longer kept', () => {
  const kept = keptDays(daysOf(range, 'UTC'), at('2026-11-25T07:00'))
  expect(kept.map(({ from }) => from)).toEqual([at('2026-11-26T00:00'), at('2026-11-25T07:00')])
})
