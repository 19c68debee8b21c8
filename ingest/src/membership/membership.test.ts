import { expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { Membership } from './membership.ts'
import { othersStatus } from './status.fixture.ts'

function setup(before?: Partial<ChannelStatusRecord>) {
  const world = {
    nowMs: 100_000,
    coveredUntilMs: 100_000,
    clockSkewMs: null as number | null,
    joins: [] as string[],
    parts: [] as string[],
    published: [] as ChannelStatusRecord[],
  }
  const membership = new Membership('me', {
    nowMs: () => world.nowMs,
    join: (login) => world.joins.push(login),
    part: (login) => world.parts.push(login),
    coveredUntilMs: () => world.coveredUntilMs,
    clockSkewMs: () => world.clockSkewMs,
    publish: (status) => world.published.push(status),
    statusBefore: (login) => before && othersStatus(login, { epoch: 1, heard_until: 90_000, ...before }),
  })
  membership.assign(7, new Set())
  return { world, membership, last: () => world.published.at(-1) }
}

test('joins a wanted channel, and parts it when no client wants it', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  expect(last()).toMatchObject({ state: 'joining', channel_id: null, epoch: 7, ingest: 'me' })
  membership.onJoined('arena', '42')
  expect(last()).toMatchObject({ state: 'joined', channel_id: '42', gaps: [], heard_until: 100_000 })
  membership.want(new Set())
  expect(last()).toMatchObject({ state: 'parted' })
  expect(world).toMatchObject({ joins: ['arena'], parts: ['arena'] })
})

test('reports a gap from the last received line of a lost connection until the next join', () => {
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

test('reports a gap of 1 ms when a connection is lost and back within a millisecond', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '42')
  membership.onLost(['arena'], world.nowMs)
  membership.onJoined('arena', '42')
  expect(last()?.gaps).toEqual([{ from: world.nowMs, to: world.nowMs + 1, reason: 'twitch_disconnected' }])
})

test('reports a gap from the coverage of a previous owner that left without a hand-off', () => {
  const { world, membership, last } = setup({ gaps: [{ from: 1, to: 2000, reason: 'old' }] })
  membership.want(new Set(['arena']))
  expect(last()).toMatchObject({ state: 'reconnecting', channel_id: '1' })
  membership.onJoined('arena', '1')
  expect(last()).toMatchObject({ state: 'joined', heard_until: 90_000 })
  world.nowMs += 3000
  membership.tick()
  expect(last()?.gaps).toEqual([
    { from: 1, to: 2000, reason: 'old' },
    { from: 90_000, to: 100_000, reason: 'ingest_down' },
  ])
})

test('retries a refused channel after waits that double up to ten minutes', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  for (const waitMs of [30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]) {
    membership.onRefused('arena', 'not_found')
    expect(last()?.state).toBe('not_found')
    const joins = world.joins.length
    world.nowMs += waitMs - 1
    membership.tick()
    expect(world.joins).toHaveLength(joins)
    world.nowMs += 1
    membership.tick()
    expect(world.joins).toHaveLength(joins + 1)
  }
})

test('keeps channels under the new epoch of an assignment, and receives the others until their new owner has joined', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['kept', 'given']))
  membership.onJoined('kept', '1')
  membership.onJoined('given', '2')
  membership.assign(8, new Set(['kept']))
  expect(last()).toMatchObject({ channel_login: 'kept', state: 'joined', epoch: 8 })
  expect(membership.get('given')?.state).toBe('joined')
  membership.onStatus(othersStatus('given', { state: 'joining' }))
  expect(world.parts).toEqual([])
  world.coveredUntilMs = 107_000
  membership.onStatus(othersStatus('given', { state: 'joined' }))
  expect(world.parts).toEqual(['given'])
  expect(last()).toMatchObject({
    channel_login: 'given',
    state: 'joined',
    epoch: 7,
    heard_until: 107_000,
  })
  expect(membership.get('given')).toBeUndefined()
})

test('reports no gap when the previous owner covered the channel until the join', () => {
  const { world, membership, last } = setup({})
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.onStatus(othersStatus('arena', { epoch: 1, heard_until: 100_100 }))
  world.nowMs += 10_000
  membership.tick()
  expect(last()).toMatchObject({ state: 'joined', gaps: [] })
})

test('keeps a channel joined that is assigned again during its hand-off', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.assign(8, new Set())
  membership.assign(9, new Set())
  membership.want(new Set(['arena']))
  expect(last()).toMatchObject({ state: 'joined', epoch: 9, gaps: [] })
  expect(world).toMatchObject({ joins: ['arena'], parts: [] })
})

test('leaves a channel that no owner takes over within a minute, and starts its gap there', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.handOffAll()
  world.nowMs += 60_000
  world.coveredUntilMs = 159_000
  membership.tick()
  expect(last()).toMatchObject({ state: 'reconnecting', heard_until: 159_000 })
  expect(world.parts).toEqual(['arena'])
})

test('reports dropped events of a channel that is in hand-off or was left', () => {
  const { membership, last } = setup({ gaps: [] })
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.handOffAll()
  membership.onDropped('arena', 5000, 6000)
  membership.stop()
  expect(last()?.gaps).toEqual([{ from: 5000, to: 6000, reason: 'buffer_overflow' }])
  membership.onDropped('arena', 7000, 8000)
  expect(last()?.gaps).toEqual([{ from: 7000, to: 8000, reason: 'buffer_overflow' }])
})

test('parts orphans of an earlier ingest, but not channels of this one', () => {
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

test('records an open gap when the channel is refused or parted before it is joined again', () => {
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

test('reports one gap across a refusal until the next join', () => {
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

test('reports separate gaps when a connection is lost again right after the join', () => {
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

test('reports a gap that an earlier ingest left open, in any state', () => {
  const { membership, last } = setup({ state: 'not_found', heard_until: 90_000 })
  membership.want(new Set(['arena']))
  membership.want(new Set())
  expect(last()).toMatchObject({
    state: 'parted',
    gaps: [{ from: 90_000, to: 100_000, reason: 'ingest_down' }],
  })
})

test('reports the pending gap of a channel that is parted', () => {
  const { membership, last } = setup({})
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.want(new Set())
  expect(last()).toMatchObject({
    state: 'parted',
    gaps: [{ from: 90_000, to: 100_000, reason: 'ingest_down' }],
  })
})

test('reports no gap before the join of a parted channel', () => {
  const { world, membership, last } = setup({ state: 'parted', heard_until: 90_000 })
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  world.nowMs += 10_000
  membership.tick()
  expect(last()).toMatchObject({ state: 'joined', gaps: [] })
})

test.each([99_100, 90_000])('reports a hand-over silence only from one second on (%s)', (coveredUntilMs) => {
  const { world, membership, last } = setup({ heard_until: coveredUntilMs })
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  world.nowMs += 3000
  membership.tick()
  expect(last()?.gaps).toHaveLength(coveredUntilMs === 90_000 ? 1 : 0)
})

test('drops the pending gap when the previous owner covered all but half a second', () => {
  const { world, membership, last } = setup({})
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.onStatus(othersStatus('arena', { epoch: 1, heard_until: 99_500 }))
  expect(membership.get('arena')?.pendingGap).toBeNull()
  world.nowMs += 10_000
  membership.tick()
  expect(last()?.gaps).toEqual([])
})

test('reports one gap, from the first loss, when a connection is lost twice before the join', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '42')
  membership.onLost(['arena'], 100_000)
  world.nowMs = 120_000
  membership.onLost(['arena'], 119_000)
  membership.onJoined('arena', '42')
  expect(last()?.gaps).toEqual([{ from: 100_000, to: 120_000, reason: 'twitch_disconnected' }])
})

test('leaves an unjoined channel at once when it is handed off', () => {
  const { world, membership } = setup()
  membership.want(new Set(['arena']))
  membership.handOffAll()
  expect(world.parts).toEqual(['arena'])
  expect(membership.get('arena')).toBeUndefined()
})

test('leaves a channel in hand-off that loses its connection, and starts its gap there', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.handOffAll()
  world.coveredUntilMs = 95_000
  membership.onLost(['arena'], 95_000)
  expect(last()).toMatchObject({ state: 'reconnecting', heard_until: 95_000 })
  expect(world.parts).toEqual(['arena'])
})

test('ends a hand-off only for a newer owner that has joined', () => {
  const { world, membership } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.handOffAll()
  membership.onStatus(othersStatus('arena', { epoch: 7, state: 'joined' }))
  membership.onStatus(othersStatus('arena', { epoch: 9, state: 'joined', ingest: 'me' }))
  expect(world.parts).toEqual([])
  membership.onStatus(othersStatus('arena', { epoch: 8, state: 'joined' }))
  expect(world.parts).toEqual(['arena'])
})

test('does not shorten a gap by the coverage of a later owner', () => {
  const { world, membership, last } = setup({})
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '1')
  membership.onStatus(othersStatus('arena', { epoch: 9, heard_until: 100_000 }))
  world.nowMs += 3000
  membership.tick()
  expect(last()?.gaps).toEqual([{ from: 90_000, to: 100_000, reason: 'ingest_down' }])
})

test('retries a refused channel once when its retry is due', () => {
  const { world, membership } = setup()
  membership.want(new Set(['arena']))
  membership.onRefused('arena', 'not_found')
  world.nowMs += 30_000
  membership.tick()
  membership.tick()
  expect(world.joins).toEqual(['arena', 'arena'])
})

test('publishes a channel id that becomes known after the join', () => {
  const { membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', undefined)
  expect(last()?.channel_id).toBeNull()
  membership.onJoined('arena', '42')
  expect(last()?.channel_id).toBe('42')
})

test('restarts `since` when a login was given to another channel', () => {
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

test('publishes the clock skew with each status', () => {
  const { world, membership, last } = setup()
  membership.want(new Set(['arena']))
  expect(last()?.clock_skew_ms).toBeNull()
  world.clockSkewMs = -300_000
  membership.onJoined('arena', '1')
  expect(last()?.clock_skew_ms).toBe(-300_000)
})

test('publishes its channels again when their record is deleted', () => {
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

test('publishes every wanted channel again at a refresh, in any state', () => {
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

test('keeps only the newest 20 gaps', () => {
  const { membership, last } = setup()
  membership.want(new Set(['arena']))
  membership.onJoined('arena', '42')
  for (let index = 0; index < 50; index++)
    membership.onDropped('arena', index * 10_000, index * 10_000 + 5000)
  expect(last()?.gaps).toHaveLength(20)
  expect(last()?.gaps.at(-1)).toMatchObject({ from: 490_000, reason: 'buffer_overflow' })
})
