import { describe, expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { RateLimiter } from '../twitch/rate-limiter.ts'
import { backoffMs } from '../twitch/backoff.ts'
import { Leases } from './leases.ts'
import { Membership } from './membership.ts'
import { Statuses, statusValue } from './statuses.ts'
import { SteadyClock } from '../clock/steady-clock.ts'

function othersStatus(login: string, given: Partial<ChannelStatusRecord>): ChannelStatusRecord {
  return {
    channel_login: login,
    channel_id: '1',
    state: 'joined',
    since: 1,
    gaps: [],
    clock_skew_ms: null,
    ingest: 'other',
    epoch: 9,
    heard_until: null,
    ...given,
  }
}

function setup(before?: Partial<ChannelStatusRecord>) {
  const world = {
    nowMs: 100_000,
    heardUntilMs: 100_000,
    clockSkewMs: null as number | null,
    joins: [] as string[],
    parts: [] as string[],
    published: [] as ChannelStatusRecord[],
  }
  const membership = new Membership('me', {
    nowMs: () => world.nowMs,
    join: (login) => world.joins.push(login),
    part: (login) => world.parts.push(login),
    heardUntilMs: () => world.heardUntilMs,
    clockSkewMs: () => world.clockSkewMs,
    publish: (status) => world.published.push(status),
    statusBefore: (login) => before && othersStatus(login, { epoch: 1, heard_until: 90_000, ...before }),
  })
  membership.assign(7, new Set())
  return { world, membership, last: () => world.published.at(-1) }
}

describe('membership', () => {
  test('a channel goes from joining to joined, and is left when nobody wants it', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    expect(last()).toMatchObject({ state: 'joining', channel_id: null, epoch: 7, ingest: 'me' })
    membership.onJoined('arena', '42')
    expect(last()).toMatchObject({ state: 'joined', channel_id: '42', gaps: [], heard_until: 100_000 })
    membership.want(new Set())
    expect(last()).toMatchObject({ state: 'parted' })
    expect(world).toMatchObject({ joins: ['arena'], parts: ['arena'] })
  })

  test('a lost connection is a gap from when it was last heard to when it is joined again', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    world.nowMs = 120_000
    membership.onLost(['arena'], 105_000)
    expect(last()).toMatchObject({ state: 'reconnecting', heard_until: 105_000 })
    world.nowMs = 130_000
    membership.onJoined('arena', '42')
    expect(last()).toMatchObject({
      state: 'joined',
      gaps: [{ from: 105_000, to: 130_000, reason: 'twitch_disconnected' }],
    })
  })

  test('a connection that was lost and is back within a millisecond leaves a gap', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    membership.onLost(['arena'], world.nowMs)
    membership.onJoined('arena', '42')
    expect(last()?.gaps).toEqual([{ from: world.nowMs, to: world.nowMs + 1, reason: 'twitch_disconnected' }])
  })

  test('what another ingest left without a word is a gap from when that one last heard it', () => {
    const { world, membership, last } = setup({ gaps: [{ from: 1, to: 2000, reason: 'old' }] })
    membership.want(new Set(['arena']))
    expect(last()).toMatchObject({ state: 'reconnecting', channel_id: '1' })
    membership.onJoined('arena', '1')
    expect(last()).toMatchObject({ state: 'joined', heard_until: 90_000 })
    world.nowMs += 3000
    membership.elapse()
    expect(last()?.gaps).toEqual([
      { from: 1, to: 2000, reason: 'old' },
      { from: 90_000, to: 100_000, reason: 'ingest_down' },
    ])
  })

  test('what is refused is tried again, less and less often', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    for (const waitMs of [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
      membership.onRefused('arena', 'not_found')
      expect(last()?.state).toBe('not_found')
      const joins = world.joins.length
      world.nowMs += waitMs - 1
      membership.elapse()
      expect(world.joins).toHaveLength(joins)
      world.nowMs += 1
      membership.elapse()
      expect(world.joins).toHaveLength(joins + 1)
    }
  })

  test('an assignment goes on with what is kept under its new epoch, and listens to the rest until its new owner does', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['kept', 'given']))
    membership.onJoined('kept', '1')
    membership.onJoined('given', '2')
    membership.assign(8, new Set(['kept']))
    expect(last()).toMatchObject({ channel_login: 'kept', state: 'joined', epoch: 8 })
    expect(membership.get('given')?.state).toBe('joined')
    membership.onOthersStatus(othersStatus('given', { state: 'joining' }))
    expect(world.parts).toEqual([])
    world.heardUntilMs = 107_000
    membership.onOthersStatus(othersStatus('given', { state: 'joined' }))
    expect(world.parts).toEqual(['given'])
    expect(last()).toMatchObject({
      channel_login: 'given',
      state: 'joined',
      epoch: 7,
      heard_until: 107_000,
    })
    expect(membership.get('given')).toBeUndefined()
  })

  test('a channel that its owner listened to until this one did has no gap', () => {
    const { world, membership, last } = setup({})
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.onOthersStatus(othersStatus('arena', { epoch: 1, heard_until: 100_100 }))
    world.nowMs += 10_000
    membership.elapse()
    expect(last()).toMatchObject({ state: 'joined', gaps: [] })
  })

  test('a channel that comes back while it is handed over was never left', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.assign(8, new Set())
    membership.assign(9, new Set())
    membership.want(new Set(['arena']))
    expect(last()).toMatchObject({ state: 'joined', epoch: 9, gaps: [] })
    expect(world).toMatchObject({ joins: ['arena'], parts: [] })
  })

  test('a channel that nobody takes over is left after a while, and its gap begins there', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.handOverAll()
    world.nowMs += 60_000
    world.heardUntilMs = 159_000
    membership.elapse()
    expect(last()).toMatchObject({ state: 'reconnecting', heard_until: 159_000 })
    expect(world.parts).toEqual(['arena'])
  })

  test('what was dropped is told also of a channel that is handed over, or was left already', () => {
    const { membership, last } = setup({ gaps: [] })
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.handOverAll()
    membership.onDropped('arena', 5000, 6000)
    membership.stop()
    expect(last()?.gaps).toEqual([{ from: 5000, to: 6000, reason: 'buffer_overflow' }])
    membership.onDropped('arena', 7000, 8000)
    expect(last()?.gaps).toEqual([{ from: 7000, to: 8000, reason: 'buffer_overflow' }])
  })

  test('channels left behind by an ingest before are parted, unless they are listened to', () => {
    const { world, membership } = setup()
    membership.want(new Set(['arena']))
    const before = world.published.length
    membership.partOrphans([
      othersStatus('arena', {}),
      othersStatus('left', { state: 'reconnecting', heard_until: 90_000 }),
      othersStatus('long gone', { state: 'parted' }),
    ])
    expect(world.published.slice(before)).toMatchObject([
      {
        channel_login: 'left',
        state: 'parted',
        ingest: 'me',
        epoch: 7,
        gaps: [{ from: 90_000, to: 100_000, reason: 'ingest_down' }],
      },
    ])
  })

  test('an open gap is recorded when the channel is refused or parted before it is joined again', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    world.nowMs = 120_000
    membership.onLost(['arena'], 105_000)
    world.nowMs = 130_000
    membership.onRefused('arena', 'not_found')
    expect(last()).toMatchObject({
      state: 'not_found',
      gaps: [{ from: 105_000, to: 130_000, reason: 'twitch_disconnected' }],
    })
    world.nowMs = 170_000
    membership.want(new Set())
    expect(last()).toMatchObject({
      state: 'parted',
      gaps: [{ from: 105_000, to: 170_000, reason: 'twitch_disconnected' }],
    })
  })

  test('a gap goes on through a refusal, and is one when the channel is joined again', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    membership.onLost(['arena'], 100_000)
    world.nowMs = 130_000
    membership.onRefused('arena', 'suspended')
    world.nowMs = 190_000
    membership.onJoined('arena', '42')
    expect(last()).toMatchObject({
      state: 'joined',
      gaps: [{ from: 100_000, to: 190_000, reason: 'twitch_disconnected' }],
    })
  })

  test('a connection that is lost again as soon as the channel is joined leaves a gap of its own', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    membership.onLost(['arena'], 100_000)
    world.nowMs = 120_000
    membership.onJoined('arena', '42')
    membership.onLost(['arena'], 120_000)
    world.nowMs = 150_000
    membership.onJoined('arena', '42')
    expect(last()?.gaps).toMatchObject([
      { from: 100_000, to: 120_000 },
      { from: 120_000, to: 150_000 },
    ])
  })

  test('a gap that an ingest before left open is known to the next one in whatever state', () => {
    const { membership, last } = setup({ state: 'not_found', heard_until: 90_000 })
    membership.want(new Set(['arena']))
    membership.want(new Set())
    expect(last()).toMatchObject({
      state: 'parted',
      gaps: [{ from: 90_000, to: 100_000, reason: 'ingest_down' }],
    })
  })

  test('a channel that is parted while its gap is not yet reported has the gap', () => {
    const { membership, last } = setup({})
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.want(new Set())
    expect(last()).toMatchObject({
      state: 'parted',
      gaps: [{ from: 90_000, to: 100_000, reason: 'ingest_down' }],
    })
  })

  test('a channel that was parted before has no gap', () => {
    const { world, membership, last } = setup({ state: 'parted', heard_until: 90_000 })
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    world.nowMs += 10_000
    membership.elapse()
    expect(last()).toMatchObject({ state: 'joined', gaps: [] })
  })

  test.each([99_100, 90_000])(
    'a hand-over silence below a second is no gap, a longer one is (%s)',
    (heardUntilMs) => {
      const { world, membership, last } = setup({ heard_until: heardUntilMs })
      membership.want(new Set(['arena']))
      membership.onJoined('arena', '1')
      world.nowMs += 3000
      membership.elapse()
      expect(last()?.gaps).toHaveLength(heardUntilMs === 90_000 ? 1 : 0)
    },
  )

  test('an ingest before that covered until almost the join leaves no gap', () => {
    const { world, membership, last } = setup({})
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.onOthersStatus(othersStatus('arena', { epoch: 1, heard_until: 99_500 }))
    expect(membership.get('arena')?.pendingGap).toBeNull()
    world.nowMs += 10_000
    membership.elapse()
    expect(last()?.gaps).toEqual([])
  })

  test('a connection that is lost twice before the join has one gap, from the first loss', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    membership.onLost(['arena'], 100_000)
    world.nowMs = 120_000
    membership.onLost(['arena'], 119_000)
    membership.onJoined('arena', '42')
    expect(last()?.gaps).toEqual([{ from: 100_000, to: 120_000, reason: 'twitch_disconnected' }])
  })

  test('a channel that is handed over while it is not joined is left at once', () => {
    const { world, membership } = setup()
    membership.want(new Set(['arena']))
    membership.handOverAll()
    expect(world.parts).toEqual(['arena'])
    expect(membership.get('arena')).toBeUndefined()
  })

  test('a channel that is handed over and loses its connection is left, and its gap begins there', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.handOverAll()
    world.heardUntilMs = 95_000
    membership.onLost(['arena'], 95_000)
    expect(last()).toMatchObject({ state: 'reconnecting', heard_until: 95_000 })
    expect(world.parts).toEqual(['arena'])
  })

  test('only a newer owner that has joined takes a channel over', () => {
    const { world, membership } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.handOverAll()
    membership.onOthersStatus(othersStatus('arena', { epoch: 7, state: 'joined' }))
    membership.onOthersStatus(othersStatus('arena', { epoch: 9, state: 'joined', ingest: 'me' }))
    expect(world.parts).toEqual([])
    membership.onOthersStatus(othersStatus('arena', { epoch: 8, state: 'joined' }))
    expect(world.parts).toEqual(['arena'])
  })

  test('what a later owner covered does not shorten the gap of the one before', () => {
    const { world, membership, last } = setup({})
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '1')
    membership.onOthersStatus(othersStatus('arena', { epoch: 9, heard_until: 100_000 }))
    world.nowMs += 3000
    membership.elapse()
    expect(last()?.gaps).toEqual([{ from: 90_000, to: 100_000, reason: 'ingest_down' }])
  })

  test('a refused channel is tried once when its time has come', () => {
    const { world, membership } = setup()
    membership.want(new Set(['arena']))
    membership.onRefused('arena', 'not_found')
    world.nowMs += 30_000
    membership.elapse()
    membership.elapse()
    expect(world.joins).toEqual(['arena', 'arena'])
  })

  test('an id that becomes known later is published', () => {
    const { membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', undefined)
    expect(last()?.channel_id).toBeNull()
    membership.onJoined('arena', '42')
    expect(last()?.channel_id).toBe('42')
  })

  test('a login that was given to another channel is joined since then', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', undefined)
    world.nowMs = 110_000
    membership.onJoined('arena', '42')
    expect(last()).toMatchObject({ channel_id: '42', since: 100_000 })
    world.nowMs = 120_000
    membership.onJoined('arena', '43')
    expect(last()).toMatchObject({ channel_id: '43', since: 120_000 })
    world.nowMs = 130_000
    membership.onJoined('arena', undefined)
    membership.onJoined('arena', '43')
    membership.refresh()
    expect(last()).toMatchObject({ channel_id: '43', since: 120_000 })
  })

  test('a status says how far the clocks are apart', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    expect(last()?.clock_skew_ms).toBeNull()
    world.clockSkewMs = -300_000
    membership.onJoined('arena', '1')
    expect(last()?.clock_skew_ms).toBe(-300_000)
  })

  test('says again what is true of its channels when their record is deleted', () => {
    const { world, membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onRefused('arena', 'not_found')
    const before = world.published.length
    membership.onDeleted('another')
    expect(world.published).toHaveLength(before)
    membership.onDeleted('arena')
    expect(world.published).toHaveLength(before + 1)
    expect(last()).toMatchObject({ channel_login: 'arena', state: 'not_found', epoch: 7 })
  })

  test('the status of every wanted channel is written again, whatever its state: Kafka deletes what is not', () => {
    const { world, membership } = setup()
    membership.want(new Set(['here', 'missing', 'coming']))
    membership.onJoined('here', '42')
    membership.onRefused('missing', 'not_found')
    world.published = []
    membership.refresh()
    expect(world.published).toMatchObject([
      { channel_login: 'here', state: 'joined' },
      { channel_login: 'missing', state: 'not_found' },
      { channel_login: 'coming', state: 'joining' },
    ])
  })

  test('keeps the newest gaps only', () => {
    const { membership, last } = setup()
    membership.want(new Set(['arena']))
    membership.onJoined('arena', '42')
    for (let index = 0; index < 50; index++)
      membership.onDropped('arena', index * 10_000, index * 10_000 + 5000)
    expect(last()?.gaps).toHaveLength(20)
    expect(last()?.gaps.at(-1)).toMatchObject({ from: 490_000, reason: 'buffer_overflow' })
  })
})

test('nothing is kept of a channel that was never heard of, once nobody wants it', () => {
  const parted = { state: 'parted', channel_id: null } as const
  const gaps = [{ from: 1, to: 2000, reason: 'ingest_down' }]
  const kept: Partial<ChannelStatusRecord>[] = [
    { ...parted, channel_id: '1' },
    { ...parted, gaps },
    { ...parted, state: 'not_found' },
  ]
  expect(statusValue(othersStatus('arena', parted))).toBeNull()
  for (const given of kept) {
    const status = othersStatus('arena', given)
    expect(JSON.parse(statusValue(status) ?? 'null')).toEqual(status)
  }
  const statuses = new Statuses()
  statuses.take(othersStatus('arena', { epoch: 9 }), 1)
  statuses.forget('arena')
  expect([...statuses.all()]).toEqual([])
  statuses.take(othersStatus('arena', { epoch: 1 }), 2)
  expect(statuses.get('arena')).toMatchObject({ epoch: 1 })
})

test('leases count while they live, in the partitions that are assigned', () => {
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
  leases.hear(5999)
  expect(leases.wanted()).toEqual(new Set(['always', 'arena']))
  leases.hear(6000)
  expect(leases.wanted()).toEqual(new Set(['always']))
  leases.renew(0, 'arena', { ttl_ms: 1000 }, 7000)
  leases.assign([2])
  expect(leases.wanted()).toEqual(new Set(['elsewhere']))
})

test('leases do not run while Kafka is silent, nor when they are read again after it', () => {
  const leases = new Leases(new Map(), 5000)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 5000)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  leases.hear(100_000)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 5000)
  leases.hear(100_000)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  for (let nowMs = 100_000; nowMs <= 160_000; nowMs += 1000) leases.hear(nowMs)
  expect(leases.wanted()).toEqual(new Set())
})

test('a lease that lived when the last ingest wrote is longer by the time in which none did', () => {
  const leases = new Leases(new Map(), 0)
  leases.assign([0])
  leases.renew(0, 'arena', { ttl_ms: 60_000 }, 100_000)
  leases.renew(0, 'left', { ttl_ms: 60_000 }, 30_000)
  leases.extend('arena', 130_000, 261_000)
  leases.extend('left', 130_000, 261_000)
  for (let nowMs = 0; nowMs <= 200_000; nowMs += 1000) leases.hear(nowMs)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  for (let nowMs = 201_000; nowMs <= 290_000; nowMs += 1000) leases.hear(nowMs)
  expect(leases.wanted()).toEqual(new Set(['arena']))
  leases.hear(291_000)
  expect(leases.wanted()).toEqual(new Set())
})

test('a status of an older epoch takes the place of none', () => {
  const statuses = new Statuses()
  statuses.take(othersStatus('arena', { epoch: 9 }), 1)
  statuses.take(othersStatus('arena', { epoch: 8, state: 'parted' }), 2)
  expect([...statuses.all()]).toMatchObject([{ status: { epoch: 9, state: 'joined' }, writtenAtMs: 1 }])
})

test('statuses of channels that were left are forgotten beyond a bound, the oldest first', () => {
  const statuses = new Statuses()
  statuses.take(othersStatus('kept', { state: 'joined', epoch: 50_000 }), 0)
  const forgotten: unknown[] = []
  for (let index = 0; index < 30_000; index++)
    forgotten.push(statuses.take(othersStatus(`c${index}`, { state: 'parted', epoch: 1 }), index))
  expect(forgotten.slice(9998, 10_002)).toEqual([undefined, undefined, 'c0', 'c1'])
  expect([...statuses.all()]).toHaveLength(10_001)
  expect(statuses.get('kept')).toBeDefined()
  expect(statuses.get('c19999')).toBeUndefined()
  expect(statuses.get('c20000')).toBeDefined()
  expect(statuses.nextEpoch(1)).toBe(50_001)
})

test('the time of day goes on evenly, and is put right by the broker where it is wrong', () => {
  const clock = { wallMs: 9_000_000, monotonicMs: 5000 }
  const time = new SteadyClock(
    () => clock.wallMs,
    () => clock.monotonicMs,
  )
  clock.monotonicMs += 100
  clock.wallMs -= 3_600_000
  expect(time.nowMs()).toBe(9_000_100)
  time.hearAppend(9_000_090, 10)
  time.hearAppend(8_000_000, 700)
  expect(time.nowMs()).toBe(9_000_100)
  time.hearAppend(8_000_000, 10)
  expect(time.nowMs()).toBe(8_000_000)
  time.hearRead(7_000_000)
  expect(time.nowMs()).toBe(8_000_000)
})

test('after the machine was asleep, what was before is told by the time of before', () => {
  const clock = { monotonicMs: 5000 }
  const time = new SteadyClock(
    () => 9_000_000,
    () => clock.monotonicMs,
  )
  clock.monotonicMs += 100
  time.hearRead(12_600_100)
  expect(time.at(5000)).toBe(9_000_000)
  expect(time.nowMs()).toBe(12_600_100)
  clock.monotonicMs += 100
  time.hearAppend(9_000_200, 10)
  expect(time.at(5150)).toBe(9_000_150)
})

test('joins never exceed the limit, in any stretch of its length, and keep their order', () => {
  let now = 0
  const granted: { atMs: number; index: number }[] = []
  const limiter = new RateLimiter({ times: 20, perMs: 10_000 }, () => now)
  for (let index = 0; index < 30; index++) limiter.request(() => granted.push({ atMs: now, index }) > 0)
  expect(granted).toHaveLength(20)
  now = 9999
  limiter.request(() => granted.push({ atMs: now, index: 30 }) > 0)
  expect(granted).toHaveLength(20)
  now = 10_001
  limiter.request(() => granted.push({ atMs: now, index: 31 }) > 0)
  expect(granted.map(({ index }) => index)).toEqual(Array.from({ length: 32 }, (_, index) => index))
  limiter.stop()
})

test('a join that is no longer wanted when its turn comes takes none from the others', () => {
  const limiter = new RateLimiter({ times: 1, perMs: 10_000 }, () => 0)
  const joined: string[] = []
  for (let index = 0; index < 50; index++) limiter.request(() => false)
  limiter.request(() => joined.push('arena') > 0)
  limiter.request(() => joined.push('late') > 0)
  expect(joined).toEqual(['arena'])
  limiter.stop()
})

test('back-off is random below a limit that doubles up to half a minute', () => {
  expect([0, 1, 5, 50].map((attempt) => backoffMs(attempt, () => 0.999))).toEqual([249, 499, 7992, 29_970])
  expect(backoffMs(10, () => 0)).toBe(0)
})
