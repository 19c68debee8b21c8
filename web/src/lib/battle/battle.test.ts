import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import type { RefusalText } from '../api/refusal-text.ts'
import { Battle } from './battle.svelte.ts'
import type { LiveListeners } from '../source/live-connection.ts'
import { statusFixture } from '../channel/status.fixture.ts'

const start = 5 * windowMs
const drawnWithinMs = 100
const joined = (login: string, given: Partial<ChannelStatus> = {}): ChannelStatus =>
  statusFixture({ channel_login: login, ...given })
const frame = (login: string, message_count: number, given: Partial<ChannelStats> = {}): ChannelStats => ({
  ...emptyStats('1', login, start),
  revision: message_count,
  message_count,
  ...given,
})
const snapshot = (asked: string, login: string, message_count = 1): Snapshot => ({
  asked,
  status: joined(login),
  stats: frame(login, message_count),
  error: null,
})
const refusal = (message: string): SubscribeAck => ({ ok: false, error: { kind: 'rate_limited', message } })

let live: LiveListeners
/** Requests on the live connection, and its answer to a name. */
let calls: string[]
let answerTo: (name: string) => SubscribeAck | undefined
let windows: Map<string, ChannelStats>

function follow(names: string[], snapshots: Snapshot[] = [], refusalText?: RefusalText): Battle {
  const battle = new Battle(names, { snapshots, previous: [] }, 0, refusalText)
  battle.follow((listeners) => {
    live = listeners
    const request =
      (what: string) => (name: string, answered: (answer: SubscribeAck | undefined) => void) => {
        calls.push(`${what} ${name}`)
        answered(answerTo(name))
      }
    return {
      subscribe: request('subscribe'),
      unsubscribe: request('unsubscribe'),
      subscribeChat: () => undefined,
      unsubscribeChat: () => undefined,
      close: () => undefined,
    }
  })
  return battle
}

const shown = (battle: Battle) =>
  battle.channels.map(({ login, stats }) => `${login} ${stats?.message_count ?? '-'}`)
const indicators = (battle: Battle) => battle.channels.map((channel) => channel.indicator(battle.connection))

beforeEach(() => {
  vi.useFakeTimers({ now: start + 60_000 })
  calls = []
  windows = new Map()
  answerTo = (name) => ({ ok: true, status: joined(name), stats: frame(name, 1), live: null })
  vi.stubGlobal('fetch', (path: string) => {
    const { searchParams } = new URL(path, 'http://web')
    const asked = (searchParams.get('channels') ?? '').split(',')
    const stats = (name: string) =>
      windows.get(`${name} ${searchParams.get('window_start') ?? 'now'}`) ?? null
    const status = (name: string) =>
      stats(name) === null ? null : joined(stats(name)?.channel_login ?? name)
    return Promise.resolve(
      Response.json(
        {
          snapshots: asked.map((name) => ({
            asked: name,
            status: status(name),
            stats: stats(name),
            error: null,
          })),
          leases: [],
        },
        { status: path.startsWith('/api/watch') ? 202 : 200 },
      ),
    )
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the shown channels', () => {
  test('come from the address and the first paint', () => {
    const battle = new Battle(['arena', '1001', 'new1'], {
      snapshots: [snapshot('arena', 'arena', 3), snapshot('1001', 'other', 4)],
      previous: [],
    })
    expect(shown(battle)).toEqual(['arena 3', 'other 4', 'new1 -'])
    expect(battle.names).toEqual(['arena', 'other', 'new1'])
  })

  test('have the windows before from the first paint too', () => {
    const known = snapshot('arena', 'arena')
    const start = known.stats?.window_start ?? 0
    const before = { ...frame('arena', 9), window_start: start - windowMs, window_end: start, final: true }
    const battle = new Battle(['arena'], { snapshots: [known], previous: [before] }, start)
    expect(battle.channels[0]?.lacksPrevious).toBe(false)
    expect(shown(battle)).toEqual(['arena 1'])
  })

  test('have each channel once, by whichever names', () => {
    expect(
      shown(
        new Battle(['arena', '1001'], {
          snapshots: [snapshot('arena', 'arena'), snapshot('1001', 'arena')],
          previous: [],
        }),
      ),
    ).toEqual(['arena 1'])
  })

  test('follow starts and stops at once, in the order of the names', () => {
    const battle = follow(['a', 'b'])
    battle.show(['c', 'b'])
    expect(battle.names).toEqual(['c', 'b'])
    expect(calls).toEqual(['unsubscribe a', 'subscribe c'])
    battle.show(['a', 'b', 'c', 'd', 'e'])
    expect(battle.names).toEqual(['a', 'b', 'c', 'd'])
    expect(battle.isFull).toBe(true)
  })

  test('keep a channel that is named by its id and then its login', () => {
    const battle = follow(['1001'], [snapshot('1001', 'arena', 3)])
    const [channel] = battle.channels
    battle.show(['1001'])
    battle.show(['arena'])
    expect(battle.channels).toEqual([channel])
    expect(calls).toEqual([])
  })
})

describe('a login of digits', () => {
  test('is kept apart from the channel whose id it is', () => {
    const battle = new Battle(['@900', '900'], {
      snapshots: [snapshot('@900', '900', 1), snapshot('900', 'arena', 2)],
      previous: [],
    })
    expect(battle.names).toEqual(['@900', 'arena'])
    expect(battle.channels.map(({ idTyped }) => idTyped)).toEqual([null, '900'])
  })

  test('that an id leads to gets an @ in the address', () => {
    expect(new Battle(['900'], { snapshots: [snapshot('900', '12345')], previous: [] }).names).toEqual([
      '@12345',
    ])
  })

  test('stays as it was typed while no id is known', () => {
    const battle = new Battle(['900'], { snapshots: [snapshot('900', '900')], previous: [] })
    expect(battle.names).toEqual(['900'])
    expect(battle.channels[0]?.idTyped).toBeNull()
  })
})

describe('a subscription that is refused', () => {
  test('is reported in the sentence of the visitor’s language', () => {
    answerTo = () => refusal('slow down')
    const battle = follow(['arena'], [], ({ kind }) => `übersetzt: ${kind}`)
    live.onConnected()
    expect(battle.errors).toEqual(['arena: übersetzt: rate_limited'])
    expect(battle.channels[0]?.refusal).toBe('übersetzt: rate_limited')
  })

  test('is retried with growing delays until it succeeds', async () => {
    answerTo = () => refusal('slow down')
    const battle = follow(['arena'])
    live.onConnected()
    expect(indicators(battle)).toEqual(['waiting'])
    expect(battle.errors).toEqual(['arena: slow down'])
    await vi.advanceTimersByTimeAsync(2000)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(calls.length).toBeGreaterThan(10)
    expect(calls.length).toBeLessThan(30)

    answerTo = (name) => ({ ok: true, status: joined(name), stats: frame(name, 7), live: null })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(shown(battle)).toEqual(['arena 7'])
    live.onStats(frame('arena', 8))
    expect(indicators(battle)).toEqual(['live'])
    expect(battle.errors).toEqual([])
    const { length } = calls
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(calls).toHaveLength(length)
  })

  test('is reported once, also after the report was dismissed', async () => {
    answerTo = () => refusal('slow down')
    const battle = follow(['arena'])
    live.onConnected()
    battle.dismiss('arena: slow down')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(battle.errors).toEqual([])
    expect(indicators(battle)).toEqual(['waiting'])
    answerTo = () => refusal('another reason')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(battle.errors).toEqual(['arena: another reason'])
  })

  test('is not retried once its channel is stopped', async () => {
    answerTo = () => refusal('slow down')
    const battle = follow(['arena'])
    live.onConnected()
    battle.show([])
    expect(battle.errors).toEqual([])
    calls = []
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual([])
  })

  test('is retried also where there was no answer', async () => {
    answerTo = () => undefined
    const battle = follow(['arena'])
    live.onConnected()
    expect(indicators(battle)).toEqual(['waiting'])
    answerTo = (name) => ({ ok: true, status: joined(name), stats: null, live: null })
    await vi.advanceTimersByTimeAsync(2000)
    expect(indicators(battle)).toEqual(['live'])
  })

  test('is retried at once on a new connection', () => {
    answerTo = () => refusal('slow down')
    follow(['arena'])
    live.onConnected()
    live.onConnected()
    expect(calls).toEqual(['subscribe arena', 'subscribe arena'])
  })
})

describe('a subscription', () => {
  test('starts with short delays again after a success', async () => {
    answerTo = () => refusal('slow down')
    const battle = follow(['arena'])
    live.onConnected()
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    answerTo = (name) => ({ ok: true, status: joined(name), stats: null, live: null })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(battle.channels[0]?.refusal).toBeNull()
    answerTo = () => refusal('slow down')
    live.onConnected()
    const { length } = calls
    await vi.advanceTimersByTimeAsync(2000)
    expect(calls.length).toBe(length + 1)
  })

  test('has one retry, however often the connection is made', async () => {
    answerTo = () => refusal('slow down')
    follow(['arena'])
    live.onConnected()
    live.onConnected()
    await vi.advanceTimersByTimeAsync(1999)
    expect(calls).toHaveLength(2)
  })

  test('ignores an answer after its channel was stopped', () => {
    const battle = new Battle(['arena'])
    let answerLater: (answer: SubscribeAck) => void = () => undefined
    battle.follow((listeners) => {
      live = listeners
      return {
        subscribe: (_, answered) => (answerLater = answered),
        unsubscribe: () => undefined,
        subscribeChat: () => undefined,
        unsubscribeChat: () => undefined,
        close: () => undefined,
      }
    })
    live.onConnected()
    battle.show([])
    answerLater(refusal('slow down'))
    expect(battle.errors).toEqual([])
  })

  test('continues when another name of its channel is stopped', () => {
    const battle = follow(['arena', '1001'])
    live.onConnected()
    expect(battle.names).toEqual(['arena', '1001'])
    // The id became known meanwhile.
    answerTo = () => ({ ok: true, status: joined('arena'), stats: null, live: null })
    calls = []
    battle.show(['arena'])
    expect(calls).toEqual(['unsubscribe 1001', 'subscribe arena'])
  })
})

describe('the state of a channel', () => {
  test('follows its status', () => {
    const battle = follow(['arena'], [snapshot('arena', 'arena')])
    live.onConnected()
    live.onStatus(joined('arena', { state: 'reconnecting' }))
    live.onStatus(joined('other', { state: 'suspended' }))
    expect(indicators(battle)).toEqual(['reconnecting'])
  })

  test('is delayed without newer frames than the first paint', async () => {
    const battle = follow(['arena'], [snapshot('arena', 'arena', 5)])
    battle.connection = 'live'
    await vi.advanceTimersByTimeAsync(22_000)
    expect(indicators(battle)).toEqual(['stale'])
    live.onStats(frame('arena', 4))
    expect(indicators(battle)).toEqual(['stale'])
    live.onStats(frame('arena', 6))
    expect(indicators(battle)).toEqual(['live'])
  })

  test('stays delayed while only the gateway\u2019s own zeros arrive', async () => {
    const battle = follow(
      ['arena'],
      [{ ...snapshot('arena', 'arena'), stats: frame('arena', 5, { final: true }) }],
    )
    battle.connection = 'live'
    await vi.advanceTimersByTimeAsync(22_000)
    live.onStats(emptyStats('1', 'arena', start + windowMs))
    expect(shown(battle)).toEqual(['arena 0'])
    expect(indicators(battle)).toEqual(['stale'])
  })

  test('is live for a silent channel with zeros', async () => {
    const zeros = emptyStats('1', 'arena', start)
    const battle = follow(['arena'], [{ ...snapshot('arena', 'arena'), stats: zeros }])
    battle.connection = 'live'
    await vi.advanceTimersByTimeAsync(60_000)
    expect(indicators(battle)).toEqual(['live'])
  })
})

test('draws by the time of messages where the browser\u2019s clock is off', async () => {
  const battle = follow(['arena'], [snapshot('arena', 'arena', 1)])
  expect(battle.clock.nowMs).toBe(start + 60_000)
  live.onStats(frame('arena', 2, { last_message_at: start - 240_000 }))
  await vi.advanceTimersByTimeAsync(1000)
  expect(battle.clock.nowMs).toBe(start - 239_000)
})

describe('frames', () => {
  test('older than the shown one change nothing', () => {
    const battle = follow(['arena'], [snapshot('arena', 'arena', 5)])
    live.onStats(frame('arena', 4))
    expect(shown(battle)).toEqual(['arena 5'])
    live.onStats(frame('arena', 6))
    expect(shown(battle)).toEqual(['arena 6'])
    live.onStats(frame('other', 9))
    expect(shown(battle)).toEqual(['arena 6'])
  })

  test('of the previous window are fetched where they were missed', async () => {
    windows.set(
      `arena ${start - windowMs}`,
      frame('arena', 9, { window_start: start - windowMs, final: true }),
    )
    const battle = follow(['arena'])
    live.onConnected()
    await vi.advanceTimersByTimeAsync(0)
    expect(battle.channels[0]?.lacksPrevious).toBe(false)
  })

  test('that end a window are fetched before zeros take its place', async () => {
    const battle = follow(['arena'], [snapshot('arena', 'arena', 5)])
    const zeros = emptyStats('1', 'arena', start + windowMs)
    live.onStats(zeros)
    await vi.advanceTimersByTimeAsync(0)
    expect(shown(battle)).toEqual(['arena 5'])
    windows.set(`arena ${start}`, frame('arena', 8, { final: true }))
    live.onStats(zeros)
    await vi.advanceTimersByTimeAsync(drawnWithinMs)
    expect(shown(battle)).toEqual(['arena 0'])
    expect(battle.channels[0]?.lacksPrevious).toBe(false)
  })
})

describe('without a live connection', () => {
  test('shows figures and login of a channel that is named by its id', async () => {
    windows.set('1001 now', frame('arena', 3)).set('arena now', frame('arena', 4))
    const battle = follow(['1001'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(0)
    expect(shown(battle)).toEqual(['arena 3'])
    expect(indicators(battle)).toEqual(['polling'])
    await vi.advanceTimersByTimeAsync(5000)
    expect(shown(battle)).toEqual(['arena 4'])
  })

  test('shows a channel once that turns out to be shown already', async () => {
    windows.set('1001 now', frame('arena', 3)).set('arena now', frame('arena', 3))
    const battle = follow(['arena', '1001'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(0)
    expect(shown(battle)).toEqual(['arena 3'])
  })

  test('requests a started channel at once', async () => {
    windows.set('arena now', frame('arena', 3)).set('other now', frame('other', 4))
    const battle = follow(['arena'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(1000)
    battle.show(['arena', 'other'])
    await vi.advanceTimersByTimeAsync(drawnWithinMs)
    expect(shown(battle)).toEqual(['arena 3', 'other 4'])
  })

  test('stops polling when the page is outdated', async () => {
    const battle = follow(['arena'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(0)
    live.onOutdated?.()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(battle.connection).toBe('outdated')
    expect(indicators(battle)).toEqual(['outdated'])
  })

  test('waits for a channel that the server refuses', async () => {
    const lease = { asked: 'arena', channel_login: 'arena', lease_until: null }
    const error = { kind: 'rate_limited', message: 'too many channels' }
    vi.stubGlobal('fetch', (path: string) =>
      Promise.resolve(
        Response.json(
          path.startsWith('/api/watch')
            ? { leases: [{ ...lease, error }] }
            : { snapshots: [{ asked: 'arena', status: null, stats: null, error: null }] },
          { status: path.startsWith('/api/watch') ? 202 : 200 },
        ),
      ),
    )
    const battle = follow(['arena'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(0)
    expect(indicators(battle)).toEqual(['waiting'])
    expect(battle.errors).toEqual(['arena: too many channels'])
  })

  test('reports that it is slowed down, and returns to live', async () => {
    const { fetch } = globalThis
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '30' } })),
    )
    const battle = follow(['arena'])
    live.onDisconnected()
    await vi.advanceTimersByTimeAsync(0)
    expect(indicators(battle)).toEqual(['slowed'])
    vi.stubGlobal('fetch', fetch)
    live.onConnected()
    expect(indicators(battle)).toEqual(['live'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(battle.connection).toBe('live')
  })
})
