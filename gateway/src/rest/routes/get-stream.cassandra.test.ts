import { afterAll, beforeAll, expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { getStream } from '@chat-battle/contracts/rest/routes/get-stream'
import { windowMs } from '@chat-battle/contracts/window'
import { live, message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { PartitionState } from '@chat-battle/statistics/partition'
import { statsFrame } from '@chat-battle/statistics/stats-frame'
import { windowSummary } from '@chat-battle/statistics/window-summary'
import { startArchiveFixture } from '../../archive/archive.fixture.ts'
import { SummaryView } from '../../archive/history/summary-view.ts'
import { Channels } from '../../current/channels.ts'
import { LiveView } from '../../current/live-view.ts'
import { MomentView } from '../../current/moment-view.ts'
import { StatsView } from '../../current/stats-view.ts'
import { statusFixture } from '../../current/status.fixture.ts'
import { StatusView } from '../../directory/status-view.ts'
import { startRest } from '../rest.fixture.ts'

const minuteMs = 60_000
const from = 2_900_000 * windowMs
/** Half into the third window of the second stream. */
const now = from + 6.5 * windowMs

/** The first stream begins within a window, and ends at the end of one. The second one is live. */
const streams = [
  {
    id: '41',
    startedAt: from + 2 * minuteMs,
    endsAt: from + 2 * windowMs,
    everyMs: 5000,
    people: 10,
    viewers: 100,
  },
  { id: '42', startedAt: from + 4 * windowMs, endsAt: now, everyMs: 2500, people: 25, viewers: 50 },
] as const
type Stream = (typeof streams)[number]

const messagesOf = ({ id, startedAt, endsAt, everyMs, people }: Stream) =>
  Array.from({ length: (endsAt - startedAt) / everyMs }, (_, index) =>
    message(startedAt + index * everyMs, {
      message_id: `${id}-${index}`,
      user_id: `${id}${index % people}`,
      username: `p${index % people}`,
    }),
  )
/** A count more in every minute, and none in the fourth. */
const viewersAt = ({ viewers }: Stream, minute: number) => (minute === 3 ? undefined : viewers + minute)
const liveOf = (stream: Stream) =>
  Array.from({ length: Math.floor((stream.endsAt - stream.startedAt) / minuteMs) }, (_, minute) => {
    const viewers = viewersAt(stream, minute)
    const { id, startedAt } = stream
    const given = { stream_id: id, started_at: startedAt, title: `Part ${minute}`, category: 'Chess' }
    return viewers === undefined
      ? []
      : [live(startedAt + minute * minuteMs, viewers, { stream: { ...given, viewers } })]
  }).flat()
const ticks = Array.from({ length: (now - from) / 5000 }, (_, index) =>
  tick(from + (index + 1) * 5000, from + index * 5000),
)
const timeOf = ({ timestamp }: { timestamp: number | null }) => timestamp ?? 0
const events = [...streams.flatMap(messagesOf), ...streams.flatMap(liveOf), ...ticks].sort(
  (one, other) => timeOf(one) - timeOf(other),
)
const state = new PartitionState()
events.forEach((event, offset) => state.apply(event, BigInt(offset), timeOf(event)))
const [finals, summaries] = [state.takeFinals(), state.takeSummaries()]

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
  await fixture.writeClosed(finals, summaries)
  const archived = events.filter((event) => event.type === 'live')
  await fixture.write(archived.map((event, offset) => ({ event, offset, appendedAtMs: timeOf(event) })))
})
afterAll(() => fixture[Symbol.asyncDispose]())

function momentAt(start: number): MomentRecord {
  return {
    channel_id: '1001',
    channel_login: 'arena',
    start,
    peak: start,
    end: null,
    revision: 1,
    kind: 'chat',
    times_baseline: 5,
    message_count: 9,
    people: 9,
    leading: noLeading,
    samples: [],
    mood: null,
    sample_sources: [],
    leading_sources: [],
  }
}

/** A gateway that has the open window in memory, and that the second stream is live. */
async function summary(stream: string, channel = 'arena') {
  const [statsView, statusView, liveView, view] = [
    new StatsView(),
    new StatusView(),
    new LiveView(),
    new SummaryView(),
  ]
  statusView.apply(statusFixture({ channel_login: 'arena', channel_id: '1001', since: from }))
  for (const { channel, window, revision } of state.openWindows()) {
    statsView.apply(statsFrame(channel, window, revision, false))
    const encoded = JSON.stringify(windowSummary(channel, window, revision, false))
    view.apply(`1001:${window.start}`, Buffer.from(encoded))
  }
  const last = liveOf(streams[1]).at(-1)
  liveView.apply({
    channel_id: '1001',
    channel_login: 'arena',
    checked_at: now,
    stream: last?.stream ?? null,
  })
  const moments = new MomentView()
  for (const start of [streams[1].startedAt - 1, streams[1].startedAt, now - 1])
    moments.apply(momentAt(start))
  const channels = new Channels(statsView, statusView, () => now)
  const given = { archive: fixture.archive, channels, statusView, liveView, moments, summaries: view }
  const { origin } = await startRest(given)
  return callRoute(getStream, { params: { channel, stream }, query: {} }, { origin })
}

const countsOf = (stream: Stream) => liveOf(stream).map((event) => event.stream?.viewers ?? 0)
const meanOf = (counts: number[]) => Math.round(counts.reduce((sum, count) => sum + count, 0) / counts.length)
const figuresOf = (stream: Stream) => ({
  messages: messagesOf(stream).length,
  peak: Math.max(...countsOf(stream)),
  average: meanOf(countsOf(stream)),
})

test('sums a stream from its start until now while it is live, and compares it with the one before', async () => {
  const [first, second] = [figuresOf(streams[0]), figuresOf(streams[1])]
  const found = await summary('42')
  expect(found.stream).toEqual({
    stream_id: '42',
    started_at: streams[1].startedAt,
    last_seen_at: streams[1].startedAt + 24 * minuteMs,
    is_live: true,
    title: 'Part 24',
    category: 'Chess',
  })
  expect(found.history).toMatchObject({
    from: streams[1].startedAt,
    to: from + 7 * windowMs,
    totals: { message_count: second.messages, unique_chatters: 25 },
    viewers: { peak: second.peak, average: second.average },
    gaps: [],
  })
  expect(found.history.points.map(({ message_count }) => message_count)).toEqual([240, 240, 120])
  expect(found.busiest).toEqual({ at: streams[1].startedAt, message_count: 240 })
  expect(found.before).toMatchObject({
    stream: { stream_id: '41', is_live: false },
    totals: { from, to: from + 2 * windowMs, message_count: first.messages, unique_chatters: 10 },
    viewers: { peak: first.peak, average: first.average },
  })
  expect(found.moments.map(({ start }) => start)).toEqual([streams[1].startedAt, now - 1])
  expect(found.moments[0]).not.toHaveProperty('sample_sources')
  // 600 messages in 25 minutes, after 216 in 20.
  expect(found.change).toEqual({
    message_count: 600 / 216 - 1,
    unique_chatters: 25 / 10 - 1,
    messages_per_minute: 600 / 25 / (216 / 20) - 1,
    peak_viewers: second.peak / first.peak - 1,
    average_viewers: second.average / first.average - 1,
  })
})

test('sums a stream that is over until it was last seen, without a change where none was before', async () => {
  const found = await summary('41', '1001')
  expect(found.stream).toMatchObject({ is_live: false, last_seen_at: streams[0].startedAt + 17 * minuteMs })
  expect(found.history).toMatchObject({ from, to: from + 2 * windowMs })
  expect(found.history.totals.message_count).toBe(messagesOf(streams[0]).length)
  // Minutes without a count are missing, and not zero.
  expect(found.history.viewers?.average).toBe(meanOf(countsOf(streams[0])))
  expect(found).toMatchObject({ before: null, change: null })
})

test('says that a stream is not known', async () => {
  await expect(summary('43')).rejects.toMatchObject({ error: { kind: 'stream_not_found' } })
  await expect(summary('41', '1002')).rejects.toMatchObject({ error: { kind: 'stream_not_found' } })
  await expect(summary('41', 'nobody')).rejects.toMatchObject({ error: { kind: 'channel_not_monitored' } })
})
