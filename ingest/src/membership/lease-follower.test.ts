import { expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { LeaseFollower } from './lease-follower.ts'
import { Leases } from './leases.ts'
import { Membership } from './membership.ts'
import { othersStatus } from './status.fixture.ts'
import { Statuses } from './statuses.ts'

const lease = { ttl_ms: 60_000 }

/** A follower that has no assignment yet. Every lease is in partition 0. */
function setup() {
  const world = { nowMs: 1_000_000, isWriteStuck: false, readTimes: [] as number[] }
  const joins: string[] = []
  const published: ChannelStatusRecord[] = []
  const statuses = new Statuses()
  const time = { nowMs: () => world.nowMs, onRead: (appendMs: number) => world.readTimes.push(appendMs) }
  const membership = new Membership('me', {
    nowMs: time.nowMs,
    join: (login) => joins.push(login),
    part: () => undefined,
    coveredUntilMs: () => undefined,
    clockSkewMs: () => null,
    publish: (status) => published.push(status),
    statusBefore: (login) => statuses.get(login),
  })
  const follower = new LeaseFollower({
    ...{ membership, statuses, time },
    leases: new Leases(new Map(), world.nowMs),
    isWriteStuck: () => world.isWriteStuck,
    partitionsOf: (logins) => new Map(logins.map((login) => [login, 0])),
  })
  return { world, joins, published, statuses, membership, follower }
}

test('joins no leased channel before it caught up', () => {
  const { world, joins, follower } = setup()
  follower.onAssigned([0])
  follower.onLease(0, 'arena', lease, world.nowMs)
  follower.tick()
  expect(joins).toEqual([])
  follower.onCaughtUp()
  expect(joins).toEqual(['arena'])
})

test('parts no channel between an assignment and the catch-up', () => {
  const { world, follower, membership } = setup()
  follower.onAssigned([0])
  follower.onLease(0, 'arena', lease, world.nowMs)
  follower.onCaughtUp()
  membership.onJoined('arena', '42')
  follower.onAssigned([0])
  for (let step = 0; step < 61; step++) {
    world.nowMs += 1000
    follower.onAnswer()
    follower.tick()
  }
  expect(membership.get('arena')?.state).toBe('joined')
  follower.onCaughtUp()
  expect(membership.get('arena')).toBeUndefined()
})

test('joins a channel as soon as its lease is read', () => {
  const { world, joins, follower } = setup()
  follower.onAssigned([0])
  follower.onCaughtUp()
  follower.onLease(0, 'arena', lease, world.nowMs)
  expect(joins).toEqual(['arena'])
})

test('corrects the clock by leases only after it caught up', () => {
  const { world, follower } = setup()
  follower.onAssigned([0])
  follower.onLease(0, 'old', lease, 1)
  follower.onCaughtUp()
  follower.onLease(0, 'new', lease, 2)
  follower.onAssigned([0])
  follower.onLease(0, 'old', lease, 1)
  expect(world.readTimes).toEqual([2])
})

test('lets no lease run out while Kafka takes no writes', () => {
  const { world, published, follower } = setup()
  follower.onAssigned([0])
  follower.onLease(0, 'arena', lease, world.nowMs)
  follower.onCaughtUp()
  world.isWriteStuck = true
  for (let step = 0; step < 100; step++) {
    world.nowMs += 1000
    follower.onAnswer()
    follower.tick()
  }
  expect(published.at(-1)?.state).toBe('joining')
  world.isWriteStuck = false
  for (let step = 0; step < 61; step++) {
    follower.onAnswer()
    follower.tick()
    world.nowMs += 1000
  }
  expect(published.at(-1)?.state).toBe('parted')
})

test('starts each assignment in an epoch above every known status', () => {
  const { world, published, statuses, follower } = setup()
  statuses.take(othersStatus('ahead', { state: 'parted', epoch: 5_000_000 }), world.nowMs)
  follower.onAssigned([0])
  follower.onLease(0, 'arena', lease, world.nowMs)
  follower.onCaughtUp()
  expect(published.at(-1)).toMatchObject({ channel_login: 'arena', epoch: 5_000_001 })
})

test('extends leases by the time in which no ingest published their channel', () => {
  const { world, joins, statuses, follower } = setup()
  statuses.take(othersStatus('arena', {}), world.nowMs - 80_000)
  follower.onAssigned([0])
  follower.onLease(0, 'arena', lease, world.nowMs - 100_000)
  follower.onLease(0, 'unknown', lease, world.nowMs - 100_000)
  follower.onCaughtUp()
  expect(joins).toEqual(['arena'])
})

test('parts orphans of its partitions, but not wanted, parted or other channels', () => {
  const { world, published, statuses, follower } = setup()
  for (const login of ['wanted', 'orphan']) statuses.take(othersStatus(login, {}), world.nowMs - 1000)
  statuses.take(othersStatus('parted', { state: 'parted' }), world.nowMs - 1000)
  follower.onAssigned([0])
  follower.onLease(0, 'wanted', lease, world.nowMs)
  follower.onCaughtUp()
  expect(published.filter(({ state }) => state === 'parted').map((status) => status.channel_login)).toEqual([
    'orphan',
  ])
})

test('parts no orphan of a partition that another instance has', () => {
  const { world, published, statuses, follower } = setup()
  statuses.take(othersStatus('orphan', {}), world.nowMs - 1000)
  follower.onAssigned([1])
  follower.onCaughtUp()
  expect(published).toEqual([])
})
