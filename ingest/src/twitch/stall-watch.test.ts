import { afterEach, expect, test } from 'vitest'
import { StallWatch } from './stall-watch.ts'

let stop: () => void = () => undefined
afterEach(() => stop())

function setup() {
  const world = { nowMs: 1000, asked: [] as string[] }
  const watch = new StallWatch(
    () => world.nowMs,
    (text) => world.asked.push(text),
  )
  stop = () => watch.stop()
  return { world, watch }
}

test('what is received while the process runs is certain', () => {
  const { world, watch } = setup()
  for (let step = 0; step < 10; step++) {
    world.nowMs += 1000
    expect(watch.certainUntil(world.nowMs)).toBe(world.nowMs)
  }
  expect(world.asked).toEqual([])
})

test('after a stall nothing is certain since then, however much is received, until Twitch has answered', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  for (let step = 0; step < 10; step++) {
    world.nowMs += 1000
    expect(watch.certainUntil(world.nowMs)).toBe(1000)
  }
  expect(world.asked).toHaveLength(1)
  watch.answered(world.asked[0] ?? '')
  expect(watch.certainUntil(world.nowMs)).toBe(world.nowMs)
})

test('a stall is noticed by whatever comes first after it', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  expect(watch.certainUntil(71_000)).toBe(1000)
})

test('a second stall before the answer waits for an answer of its own, and nothing is certain since the first', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  world.nowMs = 141_000
  watch.check()
  const [first = '', second = ''] = world.asked
  watch.answered(first)
  expect(watch.certainUntil(141_000)).toBe(1000)
  watch.answered(second)
  expect(watch.certainUntil(141_000)).toBe(141_000)
})

test('a new connection begins without doubt', () => {
  const { world, watch } = setup()
  world.nowMs = 71_000
  watch.check()
  watch.forget()
  expect(watch.certainUntil(71_000)).toBe(71_000)
})
