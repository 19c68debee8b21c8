import { expect, test } from 'vitest'
import { Leases } from './leases.ts'

test('counts leases until their end, in the assigned partitions', () => {
  const leases = new Leases(
    new Map([
      ['always', 1],
      ['elsewhere', 2],
    ]),
    5000,
  )
  leases.assign([0, 1])
  leases.renew(0, 'arena', { ttl_ms: 1000 }, 5000)
  leases.renew(2, 'stray', { ttl_ms: 1000 }, 5000)
  leases.onAnswer(5999)
  expect(leases.wanted()).toEqual(new Set(['always', 'arena']))
  leases.onAnswer(6000)
  expect(leases.wanted()).toEqual(new Set(['always']))
  leases.renew(0, 'arena', { ttl_ms: 1000 }, 7000)
  leases.assign([2])
  expect(leases.wanted()).toEqual(new Set(['elsewhere']))
})

test('stops leases while Kafka is silent, also when they are read again afterwards', () => {
  const leases = new Leases(new Map(), 5000)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 5000)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  leases.onAnswer(100_000)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 5000)
  leases.onAnswer(100_000)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  for (let nowMs = 100_000; nowMs <= 160_000; nowMs += 1000) leases.onAnswer(nowMs)
  expect(leases.wanted()).toEqual(new Set())
})

test('extends a lease that lived at the last status by the time without an ingest', () => {
  const leases = new Leases(new Map(), 0)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 100_000)
  leases.renew(0, 'left', { ttl_ms: 60_000 }, 30_000)
  leases.extend('arena', 130_000, 261_000)
  leases.extend('left', 130_000, 261_000)
  for (let nowMs = 0; nowMs <= 200_000; nowMs += 1000) leases.onAnswer(nowMs)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  for (let nowMs = 201_000; nowMs <= 290_000; nowMs += 1000) leases.onAnswer(nowMs)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  leases.onAnswer(291_000)
  expect(leases.wanted()).toEqual(new Set())
})

test('finds orphans: channels of its partitions that are not wanted', () => {
  const leases = new Leases(new Map([['always', 1]]), 5000)
  leases.assign([0, 1])
  leases.renew(0, 'leased', { ttl_ms: 1000 }, 5000)
  leases.renew(0, 'expired', { ttl_ms: 1000 }, 3000)
  const channels = new Map([
    ['always', 1],
    ['leased', 0],
    ['expired', 0],
    ['left', 1],
    ['elsewhere', 2],
  ])
  expect(leases.orphansAmong(channels)).toEqual(new Set(['expired', 'left']))
})
