import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DrawThrottle } from './draw-throttle.ts'

let draws = 0
let throttle: DrawThrottle
beforeEach(() => {
  vi.useFakeTimers()
  draws = 0
  throttle = new DrawThrottle(() => draws++)
})
afterEach(() => {
  throttle.stop()
  vi.useRealTimers()
})

test('draws at once after a pause', () => {
  throttle.request()
  expect(draws).toBe(1)
  vi.advanceTimersByTime(100)
  throttle.request()
  expect(draws).toBe(2)
})

test('draws requests that follow each other once, at the end of the interval', () => {
  for (let request = 0; request < 5; request++) throttle.request()
  expect(draws).toBe(1)
  vi.advanceTimersByTime(100)
  expect(draws).toBe(2)
})

test('draws at most ten times per second', () => {
  for (let atMs = 0; atMs < 1000; atMs += 25) {
    throttle.request()
    vi.advanceTimersByTime(25)
  }
  expect(draws).toBeLessThanOrEqual(11)
})

test('draws nothing after it is stopped', () => {
  throttle.request()
  throttle.request()
  throttle.stop()
  vi.advanceTimersByTime(1000)
  expect(draws).toBe(1)
})
