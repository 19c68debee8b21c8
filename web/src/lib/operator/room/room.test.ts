import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
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
const isSeen = () => false

function failed(status: number, kind: ErrorKind): CallFailed {
  return new CallFailed('/', new Response(null, { status }), { kind, message: kind })
}

function open(given: Partial<RoomCalls> = {}) {
  const calls: RoomCalls = {
    health: () =>
      Promise.resolve({
        status: 'ok',
        kafka: { connected: true, lag: 0 },
        cache: { channels: 1, windows: 1, age_ms: 5 },
        clock_skew_ms: null,
      }),
    channels: () => Promise.resolve({ channels: [], next_cursor: null }),
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
    channels: () =>
      isAway
        ? Promise.reject(new TypeError('fetch failed'))
        : Promise.resolve({ channels: [], next_cursor: null }),
  })
  const end = room.start(isSeen)
  await vi.advanceTimersByTimeAsync(0)
  expect(standingsOf(room)).toMatchObject({ services: 'good', channels: 'none' })
  isAway = true
  await vi.advanceTimersByTimeAsync(5000)
  expect(room.channels.answer).not.toBeNull()
  expect(room.channels.problem).toEqual({ error: null })
  expect(standingsOf(room)).toMatchObject({ services: 'good', channels: 'away' })
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
