import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Battle } from '../battle/battle.svelte.ts'
import { statusFixture } from '../channel/status.fixture.ts'
import { messages, removal } from '../chat/chat.fixture.ts'
import type { connectLive, LiveListeners } from '../source/live-connection.ts'
import { LiveVote } from './live-vote.svelte.ts'
import { parseOptions } from './vote-options.ts'

const options = parseOptions('1,2')
const startMs = 1_000_000
let listeners: LiveListeners
let battle: Battle
let ends: (() => void)[]

const connect: typeof connectLive = (given) => {
  listeners = given
  const accept = (login: string) => ({ ok: true as const, status: statusFixture({ channel_login: login }) })
  return {
    subscribe: (name, answered) => answered({ ...accept(name), stats: null, live: null }),
    unsubscribe: () => undefined,
    subscribeChat: (name, answered) => answered(accept(name)),
    unsubscribeChat: () => undefined,
    close: () => undefined,
  }
}
function begin(vote: (battle: Battle) => LiveVote): LiveVote {
  battle = new Battle(['arena'])
  const live = vote(battle)
  ends = [battle.follow(connect), live.follow()]
  listeners.onConnected()
  return live
}
let lastId = 0
const say = (...votes: [name: string, text: string][]) =>
  listeners.onMessages?.(
    messages(
      '1',
      votes.map(([username, text]) => ({
        username,
        message: text,
        message_id: `m${++lastId}`,
        timestamp: Date.now(),
      })),
    ),
  )
const pass = (vote: LiveVote, ms: number) => {
  vi.advanceTimersByTime(ms)
  vote.tick()
  vi.advanceTimersByTime(300)
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs })
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no server')))
})
afterEach(() => {
  for (const end of ends) end()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('waits for messages, then for its start, and counts until it is finished', () => {
  const vote = begin((of) => new LiveVote(of, options, null))
  expect(vote.phase).toBe('connecting')
  say(['early', '1'])
  expect(vote.phase).toBe('ready')
  vi.advanceTimersByTime(2000)
  const { from } = vote.start(null)
  expect(from).toBe(startMs + 1)
  expect(vote.phase).toBe('counting')
  vi.advanceTimersByTime(10)
  say(['ada', '1'], ['bo', '2'], ['cy', '2'], ['bo', '1'])
  listeners.onRemoved?.(removal('1', { user_ids: ['id of cy'] }))
  pass(vote, 1000)
  expect(vote.tally).toEqual({ counts: [2, 0], isLeast: false })

  const stretch = vote.finish()
  expect(vote.phase).toBe('closing')
  listeners.onMessages?.(
    messages('1', [
      { username: 'late', message: '2', message_id: 'in time', timestamp: (stretch?.to ?? 0) - 1 },
      { username: 'later', message: '2', message_id: 'too late', timestamp: stretch?.to ?? 0 },
    ]),
  )
  pass(vote, 4000)
  expect(vote.phase).toBe('ended')
  expect(vote.tally).toEqual({ counts: [2, 1], isLeast: false })
  say(['dee', '2'])
  pass(vote, 1000)
  expect(vote.tally.counts).toEqual([2, 1])
})

test('ends by itself after its length', () => {
  const vote = begin((of) => new LiveVote(of, options, null))
  say()
  expect(vote.start(30_000).to).toBe(startMs + 30_000)
  pass(vote, 29_000)
  expect(vote.phase).toBe('counting')
  pass(vote, 1000)
  expect(vote.phase).toBe('closing')
  pass(vote, 3000)
  expect(vote.phase).toBe('ended')
  expect(vote.tally.isLeast).toBe(false)
})

test('counts a vote that runs already from the kept messages, at least', () => {
  const vote = begin((of) => new LiveVote(of, options, { from: startMs - 60_000, to: null }))
  listeners.onMessages?.(
    messages('1', [{ username: 'ada', message: '1', message_id: 'kept', timestamp: startMs - 50_000 }]),
  )
  pass(vote, 1000)
  expect(vote.tally).toEqual({ counts: [1, 0], isLeast: true })
})

test('counts at least, where messages were skipped or a gap of the channel lies in it', () => {
  const vote = begin((of) => new LiveVote(of, options, null))
  say()
  vote.start(null)
  pass(vote, 1000)
  expect(vote.tally.isLeast).toBe(false)
  listeners.onMessages?.(messages('1', [{ message: '1', message_id: 'after', timestamp: Date.now() }], 40))
  pass(vote, 1000)
  expect(vote.tally).toEqual({ counts: [1, 0], isLeast: true })

  const other = begin((of) => new LiveVote(of, options, null))
  say()
  other.start(null)
  const gap = { from: startMs, to: Date.now() + 500, reason: 'twitch_disconnected' }
  listeners.onStatus(statusFixture({ gaps: [gap] }))
  pass(other, 1000)
  expect(other.tally.isLeast).toBe(true)
})

test('goes on after a reconnect, exactly where the kept messages reach back', () => {
  const vote = begin((of) => new LiveVote(of, options, null))
  say()
  vote.start(null)
  vi.advanceTimersByTime(10)
  say(['ada', '1'])
  const adas = { username: 'ada', message: '1', message_id: `m${lastId}`, timestamp: Date.now() }
  listeners.onConnected()
  vi.advanceTimersByTime(10)
  listeners.onMessages?.(
    messages('1', [adas, { username: 'bo', message: '2', message_id: 'away', timestamp: Date.now() }]),
  )
  pass(vote, 1000)
  expect(vote.tally).toEqual({ counts: [1, 1], isLeast: false })
  listeners.onConnected()
  say(['cy', '2'])
  pass(vote, 1000)
  expect(vote.tally).toEqual({ counts: [1, 2], isLeast: true })
})
