import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { protocolHeader, protocolVersion } from '@chat-battle/contracts/version'
import { windowMs } from '@chat-battle/contracts/window'
import { Polling, type Answer } from './polling.ts'
import { statusFixture } from '../channel/status.fixture.ts'

const joined = (login: string): ChannelStatus => statusFixture({ channel_login: login })

/** Requests that the gateway received. */
const requests: string[] = []
let currentStart = 0
let monitored: Set<string>
let refuse: ((path: string) => Response | undefined) | undefined

let names: string[]
let answers: Answer[]
let taken: Snapshot[]
let refused: [string, string | null][]
let polling: Polling | undefined

function start(): void {
  polling = new Polling({
    channels: () => names,
    onSnapshot: (snapshot) => taken.push(snapshot),
    onRefused: (asked, refusal) => refused.push([asked, refusal?.message ?? null]),
    onRound: (answer) => answers.push(answer),
  })
}

function answer(path: string, method: string): Response {
  const { pathname, searchParams } = new URL(path, 'http://web')
  const asked = (searchParams.get('channels') ?? '').split(',')
  if (pathname === '/api/watch' && method === 'POST') {
    return Response.json(
      {
        leases: asked.map((name) => ({
          asked: name,
          channel_login: name,
          lease_until: name === 'crowded' ? null : 1,
          error: name === 'crowded' ? { kind: 'rate_limited', message: 'too many channels' } : null,
        })),
      },
      { status: 202 },
    )
  }
  if (pathname !== '/api/snapshots') return Response.json({}, { status: 404 })
  const given = searchParams.get('window_start')
  return Response.json({
    snapshots: asked.map((name) => {
      const isMonitored = monitored.has(name)
      const kind = name === 'malformed' ? 'malformed_channel' : 'channel_not_monitored'
      const window = given === null ? currentStart : Number(given)
      return {
        asked: name,
        status: isMonitored ? joined(name) : null,
        stats: isMonitored ? { ...emptyStats('1', name, window), revision: 1 } : null,
        error: isMonitored ? null : { kind, message: 'not monitored' },
      }
    }),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  requests.length = 0
  ;[names, answers, taken, refused] = [['arena'], [], [], []]
  monitored = new Set(['arena', 'other'])
  currentStart = 5 * windowMs
  refuse = undefined
  vi.stubGlobal('fetch', (path: string, { method = 'GET', signal }: RequestInit = {}) => {
    signal?.throwIfAborted()
    requests.push(`${method} ${path}`)
    return Promise.resolve(refuse?.(path) ?? answer(path, method))
  })
})
afterEach(() => {
  polling?.end()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('reads all channels by one request every five seconds: 13 per minute at most', async () => {
  names = ['arena', 'other', 'arena2', 'arena3']
  monitored = new Set(names)
  start()
  await vi.advanceTimersByTimeAsync(59_000)
  expect(requests.length).toBeLessThanOrEqual(13)
  expect(requests[0]).toBe('GET /api/snapshots?channels=arena,other,arena2,arena3')
  expect(answers).toEqual(new Array(12).fill('answered'))
})

test('reads the previous window once per window, also in the first', async () => {
  start()
  await vi.advanceTimersByTimeAsync(6000)
  currentStart = 9 * windowMs
  await vi.advanceTimersByTimeAsync(10_000)
  expect(taken.map(({ stats }) => (stats?.window_start ?? 0) / windowMs)).toEqual([5, 4, 5, 9, 8, 9])
})

test('reads the previous window again for a channel that was stopped and started', async () => {
  start()
  await vi.advanceTimersByTimeAsync(100)
  names = []
  await vi.advanceTimersByTimeAsync(5000)
  names = ['arena']
  taken = []
  await vi.advanceTimersByTimeAsync(5000)
  expect(taken.map(({ stats }) => (stats?.window_start ?? 0) / windowMs)).toEqual([5, 4])
})

test('an answer of a newer protocol that the page cannot read makes the page outdated', async () => {
  refuse = () =>
    Response.json({ renamed: [] }, { headers: { [protocolHeader]: String(protocolVersion + 1) } })
  start()
  await vi.advanceTimersByTimeAsync(100)
  expect(answers).toEqual(['outdated'])
})

test('an unreadable answer of the same protocol counts as no answer', async () => {
  refuse = () => Response.json({ renamed: [] }, { headers: { [protocolHeader]: String(protocolVersion) } })
  start()
  await vi.advanceTimersByTimeAsync(100)
  expect(answers).toEqual(['unanswered'])
})

test('sends no request without channels', async () => {
  names = []
  start()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(requests).toEqual([])
})

test('requests the channels that are not monitored together, every 20 seconds', async () => {
  names = ['arena', 'new1', '@900', 'malformed']
  start()
  await vi.advanceTimersByTimeAsync(39_000)
  expect(requests.filter((request) => request.startsWith('POST'))).toEqual([
    'POST /api/watch?channels=new1,%40900',
    'POST /api/watch?channels=new1,%40900',
  ])
})

test('reports a channel that the server refuses to monitor', async () => {
  names = ['crowded']
  start()
  await vi.advanceTimersByTimeAsync(100)
  expect(refused).toEqual([['crowded', 'too many channels']])
  expect(answers).toEqual(['answered'])
})

test('polls at once when a channel is started', async () => {
  start()
  await vi.advanceTimersByTimeAsync(1000)
  names = ['arena', 'other']
  polling?.pollSoon()
  await vi.advanceTimersByTimeAsync(0)
  expect(requests).toContain('GET /api/snapshots?channels=arena,other')
})

test('keeps its pace while the server does not answer', async () => {
  refuse = () => {
    throw new TypeError('Failed to fetch')
  }
  start()
  await vi.advanceTimersByTimeAsync(9000)
  refuse = () => Response.json({ snapshots: [] }, { status: 503 })
  await vi.advanceTimersByTimeAsync(5000)
  expect(answers).toEqual(['unanswered', 'unanswered', 'unanswered'])
})

describe('after 429', () => {
  const tooMany =
    (headers: Record<string, string> = {}) =>
    () =>
      Response.json({}, { status: 429, headers })

  test('waits as long as Retry-After says, also when a channel is started', async () => {
    refuse = tooMany({ 'retry-after': '42' })
    start()
    await vi.advanceTimersByTimeAsync(100)
    expect(answers).toEqual(['slowed'])
    refuse = undefined
    names = ['arena', 'other']
    polling?.pollSoon()
    await vi.advanceTimersByTimeAsync(41_800)
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(answers).toEqual(['slowed', 'answered'])
    names = ['other']
    polling?.pollSoon()
    await vi.advanceTimersByTimeAsync(0)
    expect(requests.at(-1)).toContain('channels=other')
  })

  test('returns to its pace after an answer', async () => {
    refuse = tooMany()
    start()
    await vi.advanceTimersByTimeAsync(4 * 60_000)
    refuse = undefined
    await vi.advanceTimersByTimeAsync(60_000)
    refuse = tooMany()
    await vi.advanceTimersByTimeAsync(5000)
    requests.length = 0
    await vi.advanceTimersByTimeAsync(5000)
    expect(requests).toHaveLength(1)
  })

  test('waits longer each time without Retry-After', async () => {
    refuse = tooMany()
    start()
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(answers.every((given) => given === 'slowed')).toBe(true)
    expect(requests.length).toBeLessThan(16)
  })

  test('waits at least five seconds and at most five minutes', async () => {
    refuse = tooMany({ 'retry-after': '0' })
    start()
    await vi.advanceTimersByTimeAsync(4900)
    expect(requests).toHaveLength(1)
    refuse = tooMany({ 'retry-after': '86400' })
    await vi.advanceTimersByTimeAsync(200)
    expect(requests).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(requests).toHaveLength(3)
  })

  test('waits whichever request was refused', async () => {
    names = ['new1']
    refuse = (path) => (path.startsWith('/api/watch') ? tooMany({ 'retry-after': '9' })() : undefined)
    start()
    await vi.advanceTimersByTimeAsync(100)
    expect(answers).toEqual(['slowed'])
  })
})

test('reports nothing after its end', async () => {
  start()
  polling?.end()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(answers).toEqual([])
  expect(requests).toHaveLength(1)
})

test('reports nothing of the round in which it ended', async () => {
  start()
  await vi.advanceTimersByTimeAsync(4000)
  answers = []
  refuse = () => {
    polling?.end()
    return undefined
  }
  await vi.advanceTimersByTimeAsync(5000)
  expect(answers).toEqual([])
})
