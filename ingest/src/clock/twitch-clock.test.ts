import { expect, test } from 'vitest'
import { TwitchClock } from './twitch-clock.ts'

function setup(nowMs = 5000) {
  const world = { nowMs, monotonicMs: 0 }
  const clock = new TwitchClock(
    () => world.nowMs,
    () => world.monotonicMs,
  )
  const pass = (ms: number) => {
    world.nowMs += ms
    world.monotonicMs += ms
  }
  return { world, clock, pass }
}

test("continues a channel's clock from its last line, and knows no time before any line", () => {
  const { clock, pass } = setup()
  expect(clock.now('arena')).toBeNull()
  clock.observe('arena', 5000)
  pass(300)
  clock.observe('arena', 4000)
  clock.observe('arena', 70_000)
  expect(clock.now('arena')).toBe(5300)
  expect(clock.at('arena', 100)).toBe(5100)
})

test('uses the median of the other channels for a channel without a line', () => {
  const { clock, pass } = setup(10_000_000)
  clock.observe('a', 10_000_100)
  expect(clock.now('silent')).toBe(10_000_100)
  clock.observe('b', 10_000_200)
  clock.observe('wild', 5_000_000)
  pass(1000)
  expect(clock.now('silent')).toBe(10_001_100)
  pass(1000)
  clock.forget('a')
  clock.forget('b')
  clock.forget('wild')
  expect(clock.now('silent')).toBe(10_002_100)
})

test('reports a clock that is minutes slow, and still uses the lines', () => {
  const { clock, pass } = setup(1_000_000)
  for (let line = 0; line < 3; line++) {
    clock.observe('arena', 1_304_000 + line * 1000)
    pass(1000)
  }
  expect(clock.skewMs).toBe(300_000)
  expect(clock.now('arena')).toBe(1_307_000)
})

test('reports a clock that is fast', () => {
  const { clock, pass } = setup(5_000_000)
  for (let line = 0; line < 3; line++) {
    clock.observe('arena', 3_496_000 + line * 1000)
    pass(1000)
  }
  expect(clock.skewMs).toBe(-1_500_000)
})

test('reports no skew while lines disagree, and ignores a line far ahead', () => {
  const { clock, pass } = setup(5_000_000)
  for (let line = 0; line < 100; line++) {
    clock.observe('arena', line % 20 === 19 ? 9_000_000 : 5_000_000 + line * 10)
    pass(10)
  }
  expect(clock.skewMs).toBeNull()
  expect(clock.now('arena')).toBe(5_001_000)
})

test('reports no skew as soon as one line agrees with a corrected clock', () => {
  const { world, clock } = setup(1_000_000)
  for (let line = 0; line < 20; line++) clock.observe('arena', 1_304_000 + line)
  world.nowMs += 304_000
  clock.observe('arena', 1_304_020)
  expect(clock.skewMs).toBeNull()
})

test('reports no skew after two lines', () => {
  const { clock } = setup(1_000_000)
  clock.observe('arena', 1_304_000)
  clock.observe('arena', 1_304_001)
  expect(clock.skewMs).toBeNull()
})

test('reports a skew once the newest 20 lines agree, whatever came before', () => {
  const { world, clock } = setup(5_000_000)
  for (let line = 0; line < 100; line++) clock.observe('arena', 5_000_000)
  world.nowMs -= 300_000
  for (let line = 0; line < 19; line++) clock.observe('arena', 5_000_001)
  expect(clock.skewMs).toBeNull()
  clock.observe('arena', 5_000_001)
  expect(clock.skewMs).toBe(300_000)
})

test('moves the time back for a delayed line, but not the latest time', () => {
  const { clock, pass } = setup(5_000_000)
  clock.observe('arena', 5_000_000)
  pass(2000)
  clock.observe('arena', 5_001_000)
  expect(clock.now('arena')).toBe(5_001_000)
  expect(clock.latestAt('arena', 2000)).toBe(5_002_000)
  for (let minute = 0; minute < 11; minute++) {
    pass(60_000)
    clock.observe('arena', 5_001_000 + (minute + 1) * 60_000)
  }
  expect(clock.latestAt('arena', 662_000)).toBe(5_661_000)
})
