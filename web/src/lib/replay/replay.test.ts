import { expect, onTestFinished, test, vi } from 'vitest'
import type { ReplayAck, ReplayState } from '@chat-battle/contracts/live/replay'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { windowMs } from '@chat-battle/contracts/window'
import { statusFixture } from '../channel/status.fixture.ts'
import type { ReplayConnection, ReplayListeners } from './replay-connection.ts'
import { Replay } from './replay.svelte.ts'

const start = 180 * windowMs
const place = { channels: ['one'], from: start, to: start + windowMs, at: start + 60_000, speed: 1 } as const

const frame = (lastMs: number, count: number) => ({
  ...emptyStats('1', 'one', start),
  revision: count,
  message_count: count,
  last_message_at: lastMs,
})
const status = statusFixture({ channel_login: 'one', channel_id: '1' })
const text = (timestamp: number) => ({
  channel_id: '1',
  skipped: 0,
  messages: [{ message_id: String(timestamp), timestamp } as ShownMessage],
})

/** A replay on a connection that a test answers. */
function startReplay({ token = null as string | null, showsTexts = false } = {}) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const sent: Record<string, unknown>[] = []
  const seen: number[] = []
  const refused: string[] = []
  let listeners: ReplayListeners | undefined
  let answer: ReplayAck | undefined = { ok: true, replay_id: 'r', shows_texts: showsTexts }
  const connection: ReplayConnection = {
    start: (request) => {
      sent.push({ action: 'start', ...request })
      return Promise.resolve(answer)
    },
    control: (request) => {
      sent.push(request)
      return Promise.resolve(answer)
    },
    close: () => undefined,
  }
  const replay = new Replay(
    place,
    {
      onMoment: () => undefined,
      onMessages: ({ messages }) => seen.push(...messages.map(({ timestamp }) => timestamp)),
      onCleared: () => void seen.splice(0),
      onTokenRefused: (given) => refused.push(given),
    },
    (given) => {
      listeners = given
      return connection
    },
  )
  onTestFinished(replay.open(token))
  if (listeners === undefined) throw new Error('not connected')
  const events = listeners
  const show = (state: Partial<ReplayState>) =>
    events.onState({ replay_id: 'r', state: 'playing', at: place.at, speed: 1, error: null, ...state })
  const settle = () => vi.advanceTimersByTimeAsync(300)
  const count = () => replay.channels[0]?.stats?.message_count
  const answerWith = (next: ReplayAck | undefined) => (answer = next)
  return { replay, events, sent, seen, refused, show, settle, count, answerWith }
}

const away: ReplayAck = {
  ok: false,
  error: { kind: 'archive_unavailable', message: 'the archive does not answer' },
}

test('starts where the address says, and shows what is sent', async () => {
  const { events, sent, show, settle, count } = startReplay()
  events.onConnected()
  expect(sent).toEqual([{ action: 'start', ...place }])
  events.onStatus(status)
  events.onStats(frame(start + 59_000, 12))
  show({})
  await settle()
  expect(count()).toBe(12)
})

test('shows zeros for a channel without a frame', async () => {
  const { events, show, settle, count } = startReplay()
  events.onConnected()
  events.onStatus(status)
  show({})
  await settle()
  expect(count()).toBe(0)
})

test('shows after a jump back only what the jump sent', async () => {
  const { replay, events, sent, seen, show, settle, count } = startReplay({ showsTexts: true })
  events.onConnected()
  events.onStatus(status)
  events.onStats(frame(start + 59_000, 12))
  events.onMessages(text(start + 59_000))
  await settle()
  show({})
  replay.seek(start + 20_000)
  expect(replay.at).toBe(start + 20_000)
  expect(sent.at(-1)).toEqual({ replay_id: 'r', action: 'seek', at: start + 20_000 })
  // What was played before is still on its way.
  events.onStats(frame(start + 61_000, 13))
  events.onMessages(text(start + 61_000))
  show({ at: start + 61_500 })
  await settle()
  events.onStats(frame(start + 19_000, 4))
  events.onMessages(text(start + 19_000))
  show({ at: start + 20_000, state: 'paused' })
  await settle()
  expect([count(), seen, replay.at]).toEqual([4, [start + 19_000], start + 20_000])
})

test('jumps to the last wanted place once the jump before has ended', async () => {
  const { replay, events, sent, show, settle } = startReplay()
  events.onConnected()
  await settle()
  for (let times = 0; times < 5; times++) replay.skip(10_000)
  expect(replay.at).toBe(place.at + 50_000)
  await settle()
  show({ at: place.at + 10_000 })
  await settle()
  show({ at: place.at + 50_000 })
  const jumps = sent.filter(({ action }) => action === 'seek').map(({ at }) => at)
  expect(jumps).toEqual([place.at + 10_000, place.at + 50_000])
  replay.skip(-windowMs)
  expect(replay.at).toBe(start)
})

test('stays where it was when a jump is refused', async () => {
  const { replay, events, show, settle, count, answerWith } = startReplay()
  events.onConnected()
  events.onStats(frame(start + 59_000, 12))
  show({ state: 'paused' })
  await settle()
  answerWith(away)
  replay.seek(start)
  events.onStats(frame(start + 60_000, 13))
  await settle()
  expect([count(), replay.at, replay.error?.kind]).toEqual([13, place.at, 'archive_unavailable'])
})

test('reports why it could not start, and starts again', async () => {
  const { replay, events, settle, show, answerWith } = startReplay()
  answerWith(away)
  events.onConnected()
  await settle()
  expect([replay.state, replay.error?.kind]).toEqual(['refused', 'archive_unavailable'])
  answerWith({ ok: true, replay_id: 'r', shows_texts: false })
  await replay.restart()
  show({})
  expect([replay.state, replay.error]).toEqual(['playing', null])
})

test('goes on where it was, and paused, after a lost connection', async () => {
  const { replay, events, sent, settle, show } = startReplay()
  events.onConnected()
  await settle()
  show({ at: start + 100_000 })
  replay.toggle()
  events.onDisconnected()
  expect(replay.state).toBe('offline')
  events.onConnected()
  await settle()
  expect(sent.slice(-2)).toEqual([
    { action: 'start', ...place, at: start + 100_000 },
    { replay_id: 'r', action: 'pause' },
  ])
})

test('begins again from the start after its end', async () => {
  const { replay, events, sent, settle, show } = startReplay()
  events.onConnected()
  await settle()
  show({ state: 'ended', at: place.to - 1 })
  replay.toggle()
  expect(sent.at(-1)).toMatchObject({ action: 'seek', at: place.from })
})

test('reports a token that shows no texts', async () => {
  const { events, refused, settle } = startReplay({ token: 'wrong' })
  events.onConnected()
  await settle()
  expect(refused).toEqual(['wrong'])
})
