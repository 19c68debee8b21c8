import { expect, test } from 'vitest'
import { PlaybackClock } from './playback-clock.svelte.ts'

function clockAt(atMs: number, to = 1_000_000) {
  const now = { ms: 0 }
  const clock = new PlaybackClock(atMs, to, () => now.ms)
  return {
    clock,
    after: (ms: number) => {
      now.ms += ms
      clock.tick()
      return clock.nowMs
    },
  }
}

test('moves on with the speed between states, and stands still without them', () => {
  const { clock, after } = clockAt(1000)
  expect(after(500)).toBe(1000)
  clock.set(1000, 5)
  expect(after(500)).toBe(3500)
  expect(after(500)).toBe(6000)
  expect(after(60_000)).toBe(1000 + 1500 * 5)
})

test('waits where it was moved on too far, and steps back only when it stops or jumps', () => {
  const { clock, after } = clockAt(1000)
  clock.set(1000, 1)
  expect(after(1200)).toBe(2200)
  clock.set(2000, 1)
  expect(clock.nowMs).toBe(2200)
  expect(after(100)).toBe(2200)
  expect(after(200)).toBe(2300)
  clock.set(2250, 0)
  expect(clock.nowMs).toBe(2250)
  clock.jump(500)
  expect(after(1000)).toBe(500)
})

test('never passes the end', () => {
  const { clock, after } = clockAt(1000, 2000)
  clock.set(1900, 20)
  expect(after(1000)).toBe(1999)
})
