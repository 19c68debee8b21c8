import { expect, test } from 'vitest'
import { Coverage, isTickDue } from './coverage.ts'

/** Twitch's time is a million ahead of the monotonic clock, once it is known. */
function setup() {
  const world = { offsetMs: 1_000_000 as number | null, latencyMs: 0 }
  const at = (_: string, monotonicMs: number) =>
    world.offsetMs === null ? null : monotonicMs + world.offsetMs
  const latestAt = (login: string, monotonicMs: number) => at(login, monotonicMs + world.latencyMs)
  const coverage = new Coverage({ at, latestAt })
  const claims = (nowMs: number, coveredToMs: number) =>
    [...coverage.ticks(nowMs, () => coveredToMs)].map(({ timestamp, covered_from, covered_to }) => [
      timestamp,
      covered_from,
      covered_to,
    ])
  return { world, coverage, claims }
}

test('claims the time between two ticks, from the join until the last received line', () => {
  const { coverage, claims } = setup()
  coverage.begin('arena', '1', 3000)
  expect(claims(5000, 4900)).toEqual([[1_005_000, 1_003_000, 1_004_900]])
  expect(claims(10_000, 4900)).toEqual([[1_010_000, null, null]])
  expect(claims(15_000, 14_000)).toEqual([[1_015_000, 1_004_900, 1_014_000]])
  expect(coverage.end('arena', 16_500)).toMatchObject({
    channel_id: '1',
    timestamp: 1_016_500,
    covered_from: 1_014_000,
    covered_to: 1_016_500,
  })
  expect(claims(20_000, 20_000)).toEqual([])
})

test('claims nothing between the end and the next join', () => {
  const { coverage, claims } = setup()
  coverage.begin('arena', '1', 0)
  coverage.end('arena', 1000)
  coverage.begin('arena', '1', 9000)
  expect(claims(10_000, 10_000)).toEqual([[1_010_000, 1_009_000, 1_010_000]])
})

test('takes the id from a second confirmation of the join, and nothing else', () => {
  const { coverage, claims } = setup()
  coverage.begin('arena', undefined, 0)
  expect(claims(1000, 1000)).toEqual([])
  coverage.begin('arena', '1', 500)
  expect(claims(1000, 1000)).toEqual([[1_001_000, 1_000_000, 1_001_000]])
})

test('claims the coverage before the first known time as soon as the time is known', () => {
  const { world, coverage, claims } = setup()
  world.offsetMs = null
  coverage.begin('arena', '1', 0)
  expect(claims(5000, 5000)).toEqual([[null, null, null]])
  world.offsetMs = 1_000_000
  expect(claims(10_000, 10_000)).toEqual([[1_010_000, 1_000_000, 1_010_000]])
})

test('claims nothing twice when the clock goes back', () => {
  const { world, coverage, claims } = setup()
  coverage.begin('arena', '1', 0)
  claims(5000, 5000)
  world.offsetMs = 999_000
  expect(claims(5500, 5500)).toEqual([[1_004_500, null, null]])
  expect(claims(7000, 7000)).toEqual([[1_006_000, 1_005_000, 1_006_000]])
})

test('claims nothing of the time before the login was given to another channel', () => {
  const { coverage, claims } = setup()
  coverage.begin('arena', '1', 0)
  claims(5000, 5000)
  coverage.begin('arena', '2', 7000)
  expect(claims(10_000, 10_000)).toEqual([[1_010_000, 1_007_000, 1_010_000]])
  expect(coverage.end('arena', 11_000)).toMatchObject({ channel_id: '2' })
})

test('does not claim the time before the join, however late the last line came', () => {
  const { world, coverage, claims } = setup()
  world.latencyMs = 700
  coverage.begin('arena', '1', 3000)
  expect(claims(5000, 5000)).toEqual([[1_005_000, 1_003_700, 1_005_000]])
})

test('a tick without a time is due only while no event has been waiting for a second', () => {
  const tick = {
    type: 'tick',
    channel_id: '1',
    channel_login: 'arena',
    covered_from: null,
    covered_to: null,
  } as const
  expect(isTickDue({ ...tick, timestamp: null }, 1000)).toBe(true)
  expect(isTickDue({ ...tick, timestamp: null }, 1001)).toBe(false)
  expect(isTickDue({ ...tick, timestamp: 1 }, 60_000)).toBe(true)
})

test('claims what came before an event that is far ahead of the last claim, and nothing while ticks keep up', () => {
  const { world, coverage, claims } = setup()
  coverage.begin('arena', '1', 0)
  expect(coverage.tickBefore('arena', 9_000_000, 100)).toBeUndefined()
  expect(claims(5000, 5000)).toEqual([[1_005_000, 1_000_000, 1_005_000]])
  expect(coverage.tickBefore('arena', 1_035_000, 6000)).toBeUndefined()
  world.offsetMs = 1_025_000
  expect(coverage.tickBefore('arena', 1_036_000, 6000)).toMatchObject({
    timestamp: 1_031_000,
    covered_from: 1_005_000,
    covered_to: 1_031_000,
  })
  expect(coverage.tickBefore('arena', 1_062_000, 6000)).toBeUndefined()
  expect(coverage.tickBefore('other', 9_000_000, 6000)).toBeUndefined()
})
