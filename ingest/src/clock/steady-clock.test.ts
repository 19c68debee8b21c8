import { expect, test } from 'vitest'
import { SteadyClock } from './steady-clock.ts'

test('runs evenly when the wall clock jumps, and corrects itself by append times', () => {
  const clock = { wallMs: 9_000_000, monotonicMs: 5000 }
  const time = new SteadyClock(
    () => clock.wallMs,
    () => clock.monotonicMs,
  )
  clock.monotonicMs += 100
  clock.wallMs -= 3_600_000
  expect(time.nowMs()).toBe(9_000_100)
  time.onAppended(9_000_090, 10)
  time.onAppended(8_000_000, 700)
  expect(time.nowMs()).toBe(9_000_100)
  time.onAppended(8_000_000, 10)
  expect(time.nowMs()).toBe(8_000_000)
  time.onRead(7_000_000)
  expect(time.nowMs()).toBe(8_000_000)
})

test('keeps the time of earlier moments after the machine slept', () => {
  const clock = { monotonicMs: 5000 }
  const time = new SteadyClock(
    () => 9_000_000,
    () => clock.monotonicMs,
  )
  clock.monotonicMs += 100
  time.onRead(12_600_100)
  expect(time.at(5000)).toBe(9_000_000)
  expect(time.nowMs()).toBe(12_600_100)
  clock.monotonicMs += 100
  time.onAppended(9_000_200, 10)
  expect(time.at(5150)).toBe(9_000_150)
})

test('gives the time of day of the earliest known moment', () => {
  const time = new SteadyClock(
    () => 9_000_000,
    () => 5000,
  )
  expect(time.earliest(4000, undefined, 3000)).toBe(8_998_000)
  expect(time.earliest(undefined)).toBeUndefined()
})
