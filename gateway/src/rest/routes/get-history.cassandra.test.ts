import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallFailed } from '@chat-battle/contracts/rest/call-route'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { getHistory, type History, type HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs } from '@chat-battle/contracts/window'
import { message, moderation, notice, tick } from '@chat-battle/statistics/chat-events.fixture'
import { PartitionState } from '@chat-battle/statistics/partition'
import { statsFrame } from '@chat-battle/statistics/stats-frame'
import { windowSummary } from '@chat-battle/statistics/window-summary'
import { startArchiveFixture } from '../../archive/archive.fixture.ts'
import { SummaryView } from '../../archive/history/summary-view.ts'
import { Channels } from '../../current/channels.ts'
import { StatsView } from '../../current/stats-view.ts'
import { statusFixture } from '../../current/status.fixture.ts'
import { StatusView } from '../../directory/status-view.ts'
import { RequestRefused } from '../../refusal.ts'
import { startRest } from '../rest.fixture.ts'

const minuteMs = 60_000
const from = 2_900_000 * windowMs
/** 17 closed windows and 5 minutes of an open one. */
const to = from + 17.5 * windowMs
const gap = { from: from + 3 * windowMs + 90_000, to: from + 5 * windowMs + 30_000 }

/** A message every 2.5 s, none in the gap, of 90 people with very different numbers. */
const messages: ChatMessage[] = []
for (let at = from, number = 0; at < to; at += 2500, number++) {
  if (at >= gap.from && at < gap.to) continue
  const person = Math.floor(((number * 7919) % 8100) ** 2 / 729_000)
  messages.push(
    message(at, {
      message_id: `m${number}`,
      user_id: String(person),
      username: person === 7 ? 'nightbot' : `p${person}`,
      bits: number % 50 === 0 ? number : 0,
      is_first: number % 97 === 0,
      mood: number % 3 === 0 ? 1 : number % 7 === 0 ? -1 : 0,
      emotes:
        number % 4 === 0
          ? [{ id: String(number % 12), name: `E${number % 12}`, start: 0, end: 1, provider: 'ffz' }]
          : [],
    }),
  )
}
const raidAt = from + 6.2 * windowMs
const others = [
  notice(raidAt, 'raid', { notice_id: 'raid', system_message: '90 raiders', params: { viewerCount: '90' } }),
  notice(raidAt, 'raid', { notice_id: 'raid', system_message: '90 raiders', params: { viewerCount: '90' } }),
  notice(from + 7 * windowMs, 'announcement', { notice_id: 'a', message: 'secret words' }),
  moderation(from + 1.5 * windowMs, { action: 'delete_message', target_message_id: 'm300' }),
]
const ticks = Array.from({ length: (to - from) / 5000 }, (_, index) => from + index * 5000)
  .filter((at) => at + 5000 <= gap.from || at >= gap.to)
  .map((at) => tick(at + 5000, at))
const timeOf = ({ timestamp }: { timestamp: number | null }) => timestamp ?? 0
const events = [...messages, ...others, ...ticks].sort((one, other) => timeOf(one) - timeOf(other))

const state = new PartitionState()
events.forEach((event, offset) => state.apply(event, BigInt(offset), timeOf(event)))
const [finals, summaries] = [state.takeFinals(), state.takeSummaries()]
const open = [...state.openWindows()]

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
  await fixture.writeClosed(finals, summaries)
  await fixture.write(events.map((event, offset) => ({ event, offset, appendedAtMs: timeOf(event) })))
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** A gateway with the open window in memory, at `to`. */
async function rest({
  archive = fixture.archive as Pick<typeof fixture.archive, 'page'>,
  isJoined = true,
} = {}) {
  const [statsView, statusView, view] = [new StatsView(), new StatusView(), new SummaryView()]
  if (isJoined) statusView.apply(statusFixture({ channel_login: 'arena', channel_id: '1001', since: from }))
  for (const { channel, window, revision } of open) {
    statsView.apply(statsFrame(channel, window, revision, false))
    const summary = windowSummary(channel, window, revision, false)
    view.apply(`1001:${window.start}`, Buffer.from(JSON.stringify(summary)))
  }
  const channels = new Channels(statsView, statusView, () => to)
  return startRest({ archive, channels, statusView, summaries: view })
}

type Query = { from?: number; to?: number; step?: HistoryStep }

async function history(
  query: Query = {},
  given: Parameters<typeof rest>[0] = {},
  channel = 'arena',
): Promise<History> {
  const { origin } = await rest(given)
  return callRoute(getHistory, { params: { channel }, query }, { origin })
}

const count = (items: readonly { timestamp: number }[], at: number, stepMs: number) =>
  items.filter(({ timestamp }) => timestamp >= at && timestamp < at + stepMs).length
const distinct = (at: number, end: number) =>
  new Set(
    messages.filter(({ timestamp }) => timestamp >= at && timestamp < end).map(({ user_id }) => user_id),
  ).size

describe.each<[HistoryStep, number]>([
  ['5s', 5000],
  ['1m', minuteMs],
  ['10m', windowMs],
  ['1h', 6 * windowMs],
  ['1d', 144 * windowMs],
])('at a step of %s', (step, stepMs) => {
  test('counts every message, bit and deletion of each step', async () => {
    const { points, step_ms, ...found } = await history({ from, to, step })
    expect(step_ms).toBe(stepMs)
    expect(found.from).toBe(Math.floor(from / stepMs) * stepMs)
    expect(points.map(({ at }) => at)).toEqual(points.map((_, index) => found.from + index * stepMs))
    expect(points.at(-1)?.at).toBe(Math.floor((to - 1) / stepMs) * stepMs)
    for (const { at, message_count, bits, moderated_messages } of points) {
      expect(message_count).toBe(count(messages, at, stepMs))
      const own = messages.filter(({ timestamp }) => timestamp >= at && timestamp < at + stepMs)
      expect(bits).toBe(own.reduce((sum, message) => sum + message.bits, 0))
      expect(moderated_messages).toBe(own.some(({ message_id }) => message_id === 'm300') ? 1 : 0)
    }
  })

  test('counts distinct people, where a window is no longer than the step', async () => {
    const { points } = await history({ from, to, step })
    for (const { at, unique_chatters } of points) {
      if (stepMs < windowMs) expect(unique_chatters).toBeNull()
      else expect(Math.abs((unique_chatters ?? NaN) - distinct(at, at + stepMs))).toBeLessThanOrEqual(1)
    }
  })
})

test('sums the whole range, with the open window', async () => {
  const { totals, notices, windows_without_summary, cut } = await history({ from, to, step: '1m' })
  expect(totals).toMatchObject({
    from,
    to: from + 18 * windowMs,
    message_count: messages.length,
    bits: messages.reduce((sum, { bits }) => sum + bits, 0),
    moderated_messages: 1,
    first_time_chatters: new Set(
      messages
        .filter(({ is_first }) => is_first)
        .map(({ user_id, timestamp }) => `${Math.floor(timestamp / windowMs)} ${user_id}`),
    ).size,
  })
  expect(Math.abs(totals.unique_chatters - distinct(from, to))).toBeLessThanOrEqual(1)
  expect(notices).toEqual({ raid: 1, announcement: 1 })
  expect({ windows_without_summary, cut }).toEqual({ windows_without_summary: 0, cut: [] })
})

test('ranks the emotes and people of the range as an exact count does, bots apart', async () => {
  const { top_emotes, top_chatters, top_bots, max_missed } = await history({ from, to, step: '1h' })
  const ranked = (keys: readonly string[]) => {
    const counts = new Map<string, number>()
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 25)
  }
  const people = messages.map(({ user_id }) => user_id)
  expect(max_missed).toBe(0)
  expect(top_chatters.map(({ user_id, count }) => [user_id, count])).toEqual(
    ranked(people.filter((id) => id !== '7')),
  )
  expect(top_bots.map(({ user_id, count }) => [user_id, count])).toEqual(
    ranked(people.filter((id) => id === '7')),
  )
  expect(top_emotes.map(({ id, provider, count }) => [id, provider, count])).toEqual(
    ranked(messages.flatMap(({ emotes }) => emotes.map(({ id }) => id))).map(([id, count]) => [
      id,
      'ffz',
      count,
    ]),
  )
})

test('returns the gaps of the range, and its events once, without what a person wrote', async () => {
  const found = await history({ from, to, step: '10m' })
  expect(found.gaps).toEqual([gap])
  expect(found.covered_ms).toBe(to - from - (gap.to - gap.from))
  expect(found.events).toEqual([
    { at: raidAt, kind: 'raid', text: '90 raiders', amount: 90 },
    { at: from + 7 * windowMs, kind: 'announcement', text: null, amount: null },
  ])
  expect(JSON.stringify(found)).not.toContain('secret')
  const before = await history({ from: from - 2 * windowMs, to: from + windowMs, step: '10m' })
  expect(before.gaps).toEqual([{ from: from - 2 * windowMs, to: from }])
  expect(before.covered_ms).toBe(windowMs)
  expect(before.points.map(({ message_count }) => message_count)).toEqual([
    0,
    0,
    count(messages, from, windowMs),
  ])
})

test('shares the moods of each step, and none of few messages', async () => {
  const { points } = await history({ from, to: from + windowMs, step: '10m' })
  const own = messages.filter(({ timestamp }) => timestamp < from + windowMs)
  expect(points[0]?.mood).toEqual({
    positive: own.filter(({ mood }) => mood === 1).length / own.length,
    negative: own.filter(({ mood }) => mood === -1).length / own.length,
    coverage: 1,
  })
  const perMinute = await history({ from, to: from + windowMs, step: '1m' })
  expect(perMinute.points.map(({ mood }) => mood)).toEqual(new Array(10).fill(null))
  const whole = await history({ from, to: from + 3 * windowMs, step: '10m' })
  const all = messages.filter(({ timestamp }) => timestamp < from + 3 * windowMs)
  expect(whole.mood).toEqual({
    positive: all.filter(({ mood }) => mood === 1).length / all.length,
    negative: all.filter(({ mood }) => mood === -1).length / all.length,
    coverage: 1,
  })
})

test('covers the last hour by default', async () => {
  const found = await history()
  expect([found.from, found.to]).toEqual([from + 11 * windowMs, from + 18 * windowMs])
  expect(found.totals.message_count).toBe(
    messages.filter(({ timestamp }) => timestamp >= from + 11 * windowMs).length,
  )
})

test('has no points in the future', async () => {
  expect((await history({ from: to + windowMs, to: to + 3 * windowMs, step: '10m' })).points).toEqual([])
  const half = await history({ from: to - windowMs, to: to + 3 * windowMs, step: '10m' })
  expect(half.points).toHaveLength(2)
  expect(half.gaps).toEqual([])
  expect(half.covered_ms).toBe(1.5 * windowMs)
})

test('finds a channel that is not joined by its last login and by its id', async () => {
  for (const name of ['arena', '1001']) {
    const found = await history({ from, to: from + windowMs, step: '10m' }, { isJoined: false }, name)
    expect(found).toMatchObject({ channel_id: '1001', channel_login: 'arena' })
    expect(found.totals.message_count).toBe(count(messages, from, windowMs))
  }
  const unknown = await history({}, { isJoined: false }, 'nobody').catch((error: unknown) => error)
  expect((unknown as CallFailed).error?.kind).toBe('channel_not_monitored')
})

test('counts windows without a summary by their top ten, and bounds what that misses', async () => {
  const old = finals
    .slice(0, 3)
    .map((stats) => ({ ...stats, channel_id: '2002', channel_login: 'old', coverage: null }))
  await fixture.writeClosed(old)
  const found = await history({ from, to: from + 3 * windowMs, step: '10m' }, { isJoined: false }, 'old')
  expect(found).toMatchObject({ windows_without_summary: 3, gaps: [] })
  expect(found.max_missed).toBe(
    old.reduce((sum, { top_chatters }) => sum + (top_chatters.at(-1)?.count ?? 0), 0),
  )
  for (const { user_id, count, max_missed } of found.top_chatters) {
    const exact = messages.filter(
      (one) => one.user_id === user_id && one.timestamp < from + 3 * windowMs,
    ).length
    expect(count).toBeLessThanOrEqual(exact)
    expect(exact).toBeLessThanOrEqual(count + max_missed)
  }
  expect(found.totals.unique_chatters).toBe(Math.max(...old.map(({ unique_chatters }) => unique_chatters)))
})

test.each<[string, Query]>([
  ['an end before its start', { from: to, to: from }],
  ['an empty range', { from, to: from }],
  ['six hours and a bit at 5 s', { from: to - 6 * 60 * minuteMs - 1, to, step: '5s' }],
  ['three days at 1 min', { from: to - 3 * 144 * windowMs, to, step: '1m' }],
  ['100 days', { from: to - 14_400 * windowMs, to, step: '1d' }],
  ['a range that ended 100 days ago', { from: to - 14_401 * windowMs, to: to - 14_400 * windowMs }],
  ['all of time', { from: 0, to: 8.64e15, step: '1d' }],
])('refuses %s', async (_, query) => {
  const error = await history(query).catch((reason: unknown) => reason)
  expect((error as CallFailed).status).toBe(400)
  expect((error as CallFailed).error?.kind).toBe('range_not_served')
})

test.each(['step=2m', 'from=yesterday', 'from=-1', 'to=1e99', 'from=1&from=2'])(
  'refuses %s as malformed',
  async (query) => {
    const { send } = await rest()
    const { status, text } = await send('GET', `/api/channels/arena/history?${query}`)
    expect([status, text]).toEqual([400, expect.stringContaining('malformed_request')])
  },
)

test('answers 503 while the archive is away, and 429 while too many histories are read', async () => {
  const away = { page: () => Promise.reject(new RequestRefused('archive_unavailable', 'away')) }
  const failed = await history({}, { archive: away }).catch((reason: unknown) => reason)
  expect((failed as CallFailed).status).toBe(503)
  const waiting: (() => void)[] = []
  const slow = {
    page: () =>
      new Promise<{ rows: []; pageState: undefined }>((resolve) =>
        waiting.push(() => resolve({ rows: [], pageState: undefined })),
      ),
  }
  const { send } = await rest({ archive: slow })
  const get = () => send('GET', '/api/channels/arena/history')
  const answers = Array.from({ length: 9 }, get)
  const first = await Promise.race(answers)
  expect(first.status).toBe(429)
  for (const go of waiting) go()
  expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([
    ...new Array(8).fill(200),
    429,
  ])
})
