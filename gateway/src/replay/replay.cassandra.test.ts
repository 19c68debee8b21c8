import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { ReplayControl, ReplaySpeed, ReplayState } from '@chat-battle/contracts/live/replay'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { splitMoment } from '@chat-battle/contracts/archive/moment-row'
import { shownMoment, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { windowMs } from '@chat-battle/contracts/window'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { startArchiveFixture, type AppendedEvent } from '../archive/archive.fixture.ts'
import { momentFixture } from '../current/moment.fixture.ts'
import { RequestRefused } from '../refusal.ts'
import { ArrivalBudget } from './arrival-store.ts'
import { busyChat, finalsOf } from './busy-chat.fixture.ts'
import { Replay } from './replay.ts'
import type { ReplayOptions } from './replay-options.ts'

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const from = 2_900_000 * windowMs
const within = { interval: 20, timeout: 30_000 }

/** A replay whose clock runs `stepMs` per reading of it. */
function play(
  given: Partial<ReplayOptions> & Pick<ReplayOptions, 'channels' | 'from' | 'to'>,
  stepMs = 4000,
) {
  const sent: { event: string; payload: unknown }[] = []
  const budget = new ArrivalBudget(1_000_000)
  let nowMs = 0
  const replay = new Replay({
    id: 'r1',
    speed: 20,
    showsTexts: false,
    archive: fixture.archive,
    budget,
    personHash: undefined,
    sink: { isWritable: true, send: (event, payload) => void sent.push({ event, payload }) },
    logger: createLogger('test', 'silent'),
    now: () => (nowMs += stepMs),
    ...given,
  })
  onTestFinished(() => replay.stop())
  const of = <T>(event: string) =>
    sent.filter((each) => each.event === event).map(({ payload }) => payload as T)
  return {
    replay,
    sent,
    frames: () => of<ChannelStats>('stats'),
    states: () => of<ReplayState>('replay_state'),
    ended: () =>
      vi.waitFor(() => expect(of<ReplayState>('replay_state').at(-1)?.state).toBe('ended'), within),
  }
}

const asTable = (frames: readonly ChannelStats[]) =>
  new Map(
    frames.filter(({ final }) => final).map((frame) => [`${frame.channel_id} ${frame.window_start}`, frame]),
  )

/** A part of the input's final frames: those of the windows in a range of one channel. */
function expected(events: readonly AppendedEvent[], channelId: string, range: { from: number; to: number }) {
  return new Map(
    [...finalsOf(events)].filter(
      ([, frame]) =>
        frame.channel_id === channelId && frame.window_start >= range.from && frame.window_end <= range.to,
    ),
  )
}

/** Channels of their own per input, in one keyspace. */
function renamed(events: readonly AppendedEvent[], number: number): AppendedEvent[] {
  return events.map((each) => ({
    ...each,
    event: { ...each.event, channel_id: `${each.event.channel_id}${number}` },
  }))
}

test.each([
  ['of the right time', 1, { hasWrongTimes: false }],
  ['with times that are not believed at first', 2, {}],
  [
    'of a broker whose clock is 20 minutes behind',
    3,
    { aheadMs: 20 * 60_000, repeatedWithin: 300, hasWrongTimes: false },
  ],
  ['of a recording that is two hours old', 4, { aheadMs: -120 * 60_000, hasWrongTimes: false }],
])('ends every window as it was live: an input %s', async (_, seed, options) => {
  const events = renamed(busyChat(seed, from, 6, options), seed)
  await fixture.write(events)
  const { aheadMs = 0 } = options as { aheadMs?: number }
  for (const [id, login] of [
    [`1001${seed}`, 'arena'],
    [`1002${seed}`, 'other'],
  ] as const) {
    const range = { from: from + aheadMs + 2 * windowMs, to: from + aheadMs + 4 * windowMs }
    const { replay, frames, ended } = play({ channels: [{ id, login }], ...range })
    await replay.start()
    await ended()
    const wanted = expected(events, id, range)
    expect(wanted.size).toBe(2)
    // The record of another channel may release a held event, which closes a window, and a replay does not have it.
    const withoutRevision = (all: typeof wanted) =>
      [...all.values()].map((frame) => ({ ...frame, revision: 0 }))
    if (seed === 2) expect(withoutRevision(asTable(frames()))).toEqual(withoutRevision(wanted))
    else expect(asTable(frames())).toEqual(wanted)
  }
})

describe('a replay', () => {
  const id = '2001'
  const channels = [{ id, login: 'arena' }]
  const range = { from: from + windowMs, to: from + 3 * windowMs }
  let events: AppendedEvent[] = []
  beforeAll(async () => {
    events = busyChat(5, from, 5).map((each) => ({ ...each, event: { ...each.event, channel_id: id } }))
    await fixture.write(events)
  })

  /** The frame of the open window when everything up to a time was applied, in an input without late or odd times. */
  const last = (frames: ChannelStats[]) => frames.filter(({ final }) => !final).at(-1)

  test('shows the same frame after a jump, forward or back, as by playing', async () => {
    const at = range.from + 400_000
    const played = play({ channels, ...range, to: at + 1 }, 300)
    await played.replay.start()
    await vi.waitFor(() => expect(played.states().at(-1)?.state).toBe('ended'), within)
    const jumped = play({ channels, ...range }, 0)
    await jumped.replay.start()
    for (const to of [at, at + 700_000, at])
      await jumped.replay.control({ replay_id: 'r1', action: 'seek', at: to })
    expect(last(jumped.frames())).toEqual(last(played.frames()))
    expect(last(jumped.frames())?.message_count).toBeGreaterThan(50)
    expect(jumped.states().map(({ at }) => at)).toEqual([range.from, at, at + 700_000, at])
  })

  test('shows chat that was kept back, and appended all at once, from any place', async () => {
    const sentAtMs = from + 4 * windowMs + 300_000
    const late = renamed(busyChat(6, from, 6, { hasWrongTimes: false }), 6)
      .filter(({ event }) => event.channel_id === '10016')
      .map((each, index) => ({ ...each, appendedAtMs: Math.max(each.appendedAtMs, sentAtMs + index) }))
    await fixture.write(late)
    for (const place of [1, 2, 3, 4]) {
      const begin = from + place * windowMs
      const { replay, frames, ended } = play({
        channels: [{ id: '10016', login: 'arena' }],
        from: from + windowMs,
        at: begin + 1,
        to: from + 5 * windowMs,
      })
      await replay.start()
      await ended()
      const wanted = expected(late, '10016', { from: begin, to: from + 5 * windowMs })
      expect(wanted.size).toBe(5 - place)
      expect(asTable(frames())).toEqual(wanted)
    }
  })

  test('stands still while it is paused, and moves at its speed', async () => {
    let nowMs = 0
    const { replay, states } = play({ channels, ...range, speed: 1, now: () => nowMs })
    const control = (given: Omit<ReplayControl, 'replay_id'>) => replay.control({ replay_id: 'r1', ...given })
    /** Every control is answered by the state. */
    const isAt = (sinceStartMs: number, speed: ReplaySpeed, state: string) =>
      vi.waitFor(async () => {
        await control({ action: 'speed', speed })
        expect(states().at(-1)).toMatchObject({ at: range.from + sinceStartMs, state, speed })
      }, within)
    await replay.start()
    nowMs += 3000
    await isAt(3000, 1, 'playing')
    await control({ action: 'speed', speed: 20 })
    nowMs += 3000
    await isAt(63_000, 20, 'playing')
    await control({ action: 'pause' })
    nowMs += 60_000
    await isAt(63_000, 20, 'paused')
    await control({ action: 'resume' })
    nowMs += 1000
    await isAt(83_000, 20, 'playing')
  })

  test('waits for a client that does not read', async () => {
    const sent: string[] = []
    const sink = { isWritable: false, send: (event: string) => void sent.push(event) }
    const { replay } = play({ channels, ...range, sink })
    await replay.start()
    const atFirst = sent.filter((event) => event === 'stats').length
    await vi.waitFor(
      () => expect(sent.filter((event) => event === 'replay_state').length).toBeGreaterThan(3),
      within,
    )
    expect(sent.filter((event) => event === 'stats')).toHaveLength(atFirst)
    sink.isWritable = true
    await vi.waitFor(
      () => expect(sent.filter((event) => event === 'stats').length).toBeGreaterThan(atFirst + 3),
      within,
    )
  })

  test('waits for an archive that is away, continues exactly, and fails after 30 s', async () => {
    let isAway = false
    const archive: Pick<ArchiveReader, 'page'> = {
      page: (...given) =>
        isAway
          ? Promise.reject(new RequestRefused('archive_unavailable', 'away'))
          : fixture.archive.page(...given),
    }
    const { replay, frames, states, ended } = play({ channels, ...range, archive, showsTexts: true })
    await replay.start()
    isAway = true
    await vi.waitFor(() => expect(states().at(-1)?.state).toBe('waiting'), within)
    isAway = false
    await ended()
    expect(asTable(frames())).toEqual(expected(events, id, range))

    const lost = play({ channels, ...range, archive, showsTexts: true })
    await lost.replay.start()
    isAway = true
    await vi.waitFor(() => expect(lost.states().at(-1)?.state).toBe('failed'), within)
    expect(lost.states().at(-1)?.error?.kind).toBe('archive_unavailable')
    await expect(lost.replay.control({ replay_id: 'r1', action: 'resume' })).rejects.toThrow('failed')
  })

  test('refuses to start while the replays hold too many records', async () => {
    const budget = new ArrivalBudget(100)
    const full = play({ channels, ...range, budget })
    await expect(full.replay.start()).rejects.toThrow('as many records as they may')
    full.replay.stop()
    expect(() => budget.take(100)).not.toThrow()
  })

  test('shows the texts to the operator alone, each once, and none that was removed', async () => {
    const key = ['2002', new Date(range.from)]
    const texts = Array.from({ length: 300 }, (_, index) =>
      message(range.from + index * 1000, {
        channel_id: '2002',
        message_id: `t${index}`,
        message: `text ${index}`,
      }),
    )
    await fixture.write(
      texts.map((event, index) => ({ event, offset: index, appendedAtMs: event.timestamp })),
    )
    await fixture.cassandra.execute(
      "DELETE message FROM raw_chat_messages WHERE channel_id = ? AND window_start = ? AND timestamp = ? AND message_id = 't7'",
      [...key, new Date(range.from + 7000)],
    )
    const read = async (showsTexts: boolean) => {
      const { replay, sent, ended } = play({
        channels: [{ id: '2002', login: 'arena' }],
        ...range,
        showsTexts,
      })
      await replay.start()
      await ended()
      return sent
        .filter(({ event }) => event === 'messages')
        .flatMap(({ payload }) => (payload as ChatMessages).messages.map(({ message: text }) => text))
    }
    expect(await read(false)).toEqual([])
    expect(await read(true)).toEqual(texts.map((each) => each.message).filter((text) => text !== 'text 7'))
  })

  test('shows each moment when it ends, and its texts to the operator alone', async () => {
    const [first, second] = [100_000, 700_000].map((sinceStartMs) =>
      momentFixture(range.from + sinceStartMs, { channel_id: '2003' }),
    )
    if (first === undefined || second === undefined) throw new Error('two moments')
    for (const record of [first, second]) {
      const { figures, texts, people } = splitMoment(record)
      await fixture.cassandra.execute(
        'INSERT INTO channel_moments (channel_id, start, figures, texts, people) VALUES (?, ?, ?, ?, ?)',
        [record.channel_id, new Date(record.start), figures, texts, people],
      )
    }
    const shown = async (showsTexts: boolean, at: number) => {
      const { replay, sent, ended } = play(
        { channels: [{ id: '2003', login: 'new' }], ...range, showsTexts },
        1000,
      )
      await replay.start()
      await replay.control({ replay_id: 'r1', action: 'pause' })
      await replay.control({ replay_id: 'r1', action: 'seek', at })
      const before = sent.filter(({ event }) => event === 'moment').length
      await replay.control({ replay_id: 'r1', action: 'seek', at: range.to - 1 })
      await replay.control({ replay_id: 'r1', action: 'seek', at })
      await replay.control({ replay_id: 'r1', action: 'resume' })
      await ended()
      return [before, sent.filter(({ event }) => event === 'moment').map(({ payload }) => payload)] as const
    }
    const of = (record: MomentRecord, samples: string[]) => ({
      ...shownMoment(record),
      channel_login: 'new',
      samples,
    })
    expect(await shown(false, first.start)).toEqual([0, [of(first, []), of(second, [])]])
    expect(await shown(true, second.start)).toEqual([0, [of(second, ['what a play'])]])
  })
})
