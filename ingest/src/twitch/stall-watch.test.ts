import { afterEach, expect, test } from 'vitest'
import { StallWatch } from './stall-watch.ts'

let stop: () => void = () => undefined
afterEach(() => stop())

function setup() {
  const world = { nowMs: 1000, pinged: [] as string[] }
  const watch = new StallWatch(
    () => world.nowMs,
    (text) => world.pinged.push(text),
  )
  stop = () => watch.stop()
  return { world, watch }
}

test('covers what is received while the process runs', () => {
  const { world, watch } = setup()
  for (let step = 0; step < 10; step++) {
    world.nowMs += 1000
    expect(watch.coveredUntil(world.nowMs)).toBe(world.nowMs)
  }
  expect(world.pinged).toEqual([])
})

test('covers nothing after a stall until Twitch answers the PING, however many lines come', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  for (let step = 0; step < 10; step++) {
    world.nowMs += 1000
    expect(watch.coveredUntil(world.nowMs)).toBe(1000)
  }
  expect(world.pinged).toHaveLength(1)
  watch.onPong(world.pinged[0] ?? '')
  expect(watch.coveredUntil(world.nowMs)).toBe(world.nowMs)
})

test('notices a stall at the first call after it', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  expect(watch.coveredUntil(71_000)).toBe(1000)
})

test('after a second stall, needs its own PONG, and covers nothing since the first stall', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  world.nowMs = 141_000
  watch.check()
  const [first = '', second = ''] = world.pinged
  watch.onPong(first)
  expect(watch.coveredUntil(141_000)).toBe(1000)
  watch.onPong(second)
  expect(watch.coveredUntil(141_000)).toBe(141_000)
})

test('covers everything again after a reset', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  watch.reset()
  expect(watch.coveredUntil(71_000)).toBe(71_000)
})
