import { expect, onTestFinished, test, vi } from 'vitest'
import type { ReplayState } from '@chat-battle/contracts/live/replay'
import { windowMs } from '@chat-battle/contracts/window'
import type { SelectedPage } from '@chat-battle/runtime/cassandra/select'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { RequestRefused } from '../refusal.ts'
import { ArrivalBudget } from './arrival-store.ts'
import { Replay } from './replay.ts'

const from = 2_900_000 * windowMs
const range = { from, to: from + windowMs }
const away = () => new RequestRefused('archive_unavailable', 'away')

/** Two channels with a message each, at the beginning of the range, for the operator. */
function startReplay(stepMs: number) {
  const archive = { failing: Infinity, error: away as () => Error, reads: 0 }
  const page = (query: string, values: readonly unknown[]): Promise<SelectedPage> => {
    archive.reads++
    if (archive.failing-- > 0) return Promise.reject(archive.error())
    const [channelId, start, since = new Date(0)] = values as [string, Date, Date?]
    const isShown = query.includes('raw_chat_messages') && start.getTime() === from && since.getTime() < from
    const event = message(from, { channel_id: channelId, message_id: `m${channelId}`, message: 'hi' })
    const row = {
      ...event,
      timestamp: new Date(from),
      emotes: '[]',
      input_offset: 1,
      appended_at: new Date(from),
    }
    return Promise.resolve({ rows: isShown ? [row] : [], pageState: undefined })
  }
  const sent: { event: string; payload: unknown }[] = []
  let nowMs = 0
  const replay = new Replay({
    id: 'r1',
    ...range,
    channels: ['2001', '2002'].map((id) => ({ id, login: `arena${id}` })),
    speed: 1,
    showsTexts: true,
    archive: { page },
    budget: new ArrivalBudget(1000),
    personHash: undefined,
    sink: { isWritable: true, send: (event, payload) => void sent.push({ event, payload }) },
    logger: createLogger('test', 'silent'),
    now: () => (nowMs += stepMs),
  })
  onTestFinished(() => replay.stop())
  const states = () =>
    sent.flatMap(({ event, payload }) => (event === 'replay_state' ? [(payload as ReplayState).state] : []))
  const count = (name: string) => sent.filter(({ event }) => event === name).length
  return { replay, archive, sent, states, count }
}

test('starts and jumps when the archive answers, and sends nothing twice', async () => {
  const { replay, archive, sent, states, count } = startReplay(1)
  const starting = replay.start()
  await vi.waitFor(() => expect(archive.reads).toBeGreaterThan(3))
  expect(states()).toEqual(['waiting'])
  archive.failing = 3
  await starting
  expect(states().at(-1)).toBe('playing')
  expect([count('messages'), count('status'), count('stats')]).toEqual([2, 2, 2])

  await replay.control({ replay_id: 'r1', action: 'pause' })
  sent.length = 0
  archive.failing = 1
  await replay.control({ replay_id: 'r1', action: 'seek', at: from + 1000 })
  expect(states()).toEqual(['waiting', 'paused'])
  expect([count('messages'), count('status'), count('stats')]).toEqual([2, 2, 2])
})

test('a jump that the archive does not answer leaves the position and the state where they were', async () => {
  const { replay, archive, sent, states, count } = startReplay(1000)
  archive.failing = 0
  await replay.start()
  await replay.control({ replay_id: 'r1', action: 'pause' })
  sent.length = 0
  archive.failing = Infinity
  const control = { replay_id: 'r1', action: 'seek', at: from + 400_000 } as const
  await expect(replay.control(control)).rejects.toThrow('away')
  expect(states()).toContain('waiting')
  archive.failing = 0
  await vi.waitFor(() => expect(states().at(-1)).toBe('paused'), { timeout: 10_000 })
  expect(sent.every(({ payload }) => (payload as ReplayState).at < from + 400_000)).toBe(true)
  expect(count('messages')).toBe(0)
})

test('refuses to start when the archive is away for 30 s', async () => {
  const { replay, archive } = startReplay(4000)
  await expect(replay.start()).rejects.toThrow('away')
  expect(archive.reads).toBeGreaterThan(3)
})

test('does not read again after an error that is no outage, or when its client has left', async () => {
  const broken = startReplay(1)
  broken.archive.error = () => new Error('broken')
  await expect(broken.replay.start()).rejects.toThrow('broken')
  expect(broken.states()).toEqual([])
  const left = startReplay(1)
  const starting = left.replay.start()
  left.replay.stop()
  await expect(starting).rejects.toThrow('away')
})
