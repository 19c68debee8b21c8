import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import type { Pipeline } from '@chat-battle/contracts/rest/routes/get-pipeline'
import type { LeaseList } from '@chat-battle/contracts/rest/routes/list-leases'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { statusFixture } from '../../channel/status.fixture.ts'
import type { RoomCalls } from './room-calls.ts'
import { standingsOf } from './room-standings.ts'
import { Room } from './room.svelte.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const job: OptOutJob = {
  job: 'anon-1',
  state: 'running',
  requested_by: 'operator',
  requested_at: 1,
  done_at: null,
  rewritten: 0,
}
const gateway: Pipeline['gateway'] = {
  status: 'ok',
  kafka: { connected: true, lag: 0 },
  cache: { channels: 1, windows: 1, age_ms: 5 },
  clock_skew_ms: null,
}
const noChannels: LeaseList = { at: 0, channels: [], total: 0, leases_read: true }
const moderationOf = (channel: string) => ({
  channel_id: '1',
  channel_login: channel,
  actions: [],
  scanned_from: 0,
  cursor: null,
})
const isSeen = () => false

function failed(status: number, kind: ErrorKind): CallFailed {
  return new CallFailed('/', new Response(null, { status }), { kind, message: kind })
}

function open(given: Partial<RoomCalls> = {}) {
  const calls: RoomCalls = {
    pipeline: () => Promise.resolve({ at: 0, gateway, kafka: null, archive_ms: 5 }),
    channels: () => Promise.resolve(noChannels),
    moderation: (channel) => Promise.resolve(moderationOf(channel)),
    storage: () => Promise.resolve({ at: 0, days: [], channels: 0, cut: false, tables: null }),
    emoteSets: () => Promise.resolve({ at: 0, sets: [], total: 0 }),
    deadLetters: () => Promise.resolve([]),
    optOuts: () => Promise.resolve({ jobs: [], total: 0, running: 0 }),
    optOut: () => Promise.resolve(job),
    ...given,
  }
  const onUnauthorized = vi.fn()
  const room = new Room({ calls, onUnauthorized })
  return { room, onUnauthorized }
}

test('a part that fails keeps its last answer, and the others go on', async () => {
  let isAway = false
  const { room } = open({
    channels: () => (isAway ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(noChannels)),
  })
  const end = room.start(isSeen)
  await vi.advanceTimersByTimeAsync(0)
  expect(standingsOf(room)).toMatchObject({ emoteSets: 'none', storage: 'good', channels: 'none' })
  isAway = true
  await vi.advanceTimersByTimeAsync(5000)
  expect(room.channels.answer).not.toBeNull()
  expect(room.channels.problem).toEqual({ error: null })
  expect(standingsOf(room)).toMatchObject({ emoteSets: 'none', storage: 'good', channels: 'away' })
  isAway = false
  await vi.advanceTimersByTimeAsync(5000)
  expect(room.channels.problem).toBeNull()
  end()
})

test('gives a refused token back', async () => {
  const { room, onUnauthorized } = open({
    optOuts: () => Promise.reject(failed(401, 'unauthorized')),
  })
  const end = room.start(isSeen)
  await vi.advanceTimersByTimeAsync(0)
  expect(onUnauthorized).toHaveBeenCalledTimes(1)
  end()
})

test('reads opt-outs every 2 s while a removal runs', async () => {
  const list = { jobs: [job], total: 1, running: 1 }
  const optOuts = vi.fn(() => Promise.resolve(list))
  const { room } = open({ optOuts })
  const end = room.start(isSeen)
  await vi.advanceTimersByTimeAsync(2000)
  expect(optOuts).toHaveBeenCalledTimes(2)
  list.running = 0
  await vi.advanceTimersByTimeAsync(2000)
  expect(optOuts).toHaveBeenCalledTimes(3)
  await vi.advanceTimersByTimeAsync(9999)
  expect(optOuts).toHaveBeenCalledTimes(3)
  end()
})

test('an opt-out is listed at once, or says why not', async () => {
  const optOuts = vi.fn(() => Promise.resolve({ jobs: [job], total: 1, running: 1 }))
  expect(await open({ optOuts }).room.optOut('7')).toEqual(job)
  expect(optOuts).toHaveBeenCalledTimes(1)
  const refused = open({ optOut: () => Promise.reject(failed(404, 'person_not_found')) })
  expect(await refused.room.optOut('ann')).toEqual({
    error: { kind: 'person_not_found', message: 'person_not_found' },
  })
})

test('shows the moderation of the first channel until another one or page is chosen', async () => {
  const asked: (string | undefined)[][] = []
  const channels = ['b', 'a'].map((login) => ({
    ...statusFixture({ channel_login: login }),
    lease_until: null,
  }))
  const { room } = open({
    channels: () => Promise.resolve({ ...noChannels, channels, total: 2 }),
    moderation: (channel, cursor) => {
      asked.push([channel, cursor])
      return Promise.resolve({ ...moderationOf(channel), cursor: '5-6' })
    },
  })
  const { moderation } = room
  await moderation.part.read()
  expect(moderation.part.answer).toBeUndefined()
  await room.channels.read()
  await moderation.part.read()
  await moderation.show('5-6')
  expect(moderation.isNewest).toBe(false)
  await moderation.choose('b')
  expect([moderation.isNewest, moderation.channel]).toEqual([true, 'b'])
  expect(asked).toEqual([
    ['a', undefined],
    ['a', '5-6'],
    ['b', undefined],
  ])
})
