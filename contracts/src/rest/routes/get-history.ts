import { z } from '../../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../../primitives.ts'
import { emoteProvider } from '../../records/chat-event.ts'
import { timeRange } from '../../records/channel-stats.ts'
import { countFigures, type NameOf } from '../../records/figures.ts'
import { mood } from '../../records/mood.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Each step in ms, and the longest range that is served with it: at most 4,320 points. */
export const historySteps = {
  '5s': { stepMs: 5000, maxRangeMs: 6 * hourMs },
  '1m': { stepMs: minuteMs, maxRangeMs: 2 * dayMs },
  '10m': { stepMs: 10 * minuteMs, maxRangeMs: 30 * dayMs },
  '1h': { stepMs: hourMs, maxRangeMs: 90 * dayMs },
  '1d': { stepMs: dayMs, maxRangeMs: 90 * dayMs },
} as const

export type HistoryStep = keyof typeof historySteps

/** How far back a range may reach: as long as closed windows are kept. */
export const maxHistoryAgeMs = 90 * dayMs
/** How many entries the answer lists of each. Beyond, `cut` names the list. */
export const maxHistoryEvents = 1000
export const maxHistoryGaps = 1000
export const historyTopLength = 25
/** How many histories a gateway reads at the same time, and for how long each at most. */
export const maxHistories = 8
export const historyDeadlineMs = 20_000

const at = epochMs.optional()
const steps = Object.keys(historySteps) as [HistoryStep, ...HistoryStep[]]

export const historyPoint = z.object({
  /** Start of the step. */
  at: epochMs,
  message_count: count,
  /** Null where the step is shorter than a window. */
  unique_chatters: count.nullable(),
  bits: count,
  moderated_messages: count,
  mood: mood.nullable(),
  viewers: count.nullable(),
})

export const historyEvent = z.object({
  at: epochMs,
  /** The kind of a notice, such as `raid`, or `stream_started`, `stream_ended`, `title`, `category`. */
  kind: z.string(),
  /** Twitch's own sentence, or the new title or category. */
  text: z.string().nullable(),
  /** Viewers of a raid, gifts of a gift bomb, months of a sub. */
  amount: count.nullable(),
})

const summed = countFigures.filter((name) => name !== 'unique_chatters')
type Summed = Exclude<NameOf<number>, 'unique_chatters' | 'first_message_at' | 'last_message_at'>

/** Sums of the windows' figures from `from` to `to`: whole windows, so they may exceed the range of the points. */
export const historyTotals = z.object({
  from: epochMs,
  to: epochMs,
  /** Distinct people: exact for one window, else by HyperLogLog with a standard error of 0.81 %. */
  unique_chatters: count,
  ...(Object.fromEntries(summed.map((name) => [name, count])) as Record<Summed, typeof count>),
})

/** Of the minutes with a count in the windows of the totals. `average` is rounded. */
export const historyViewers = z.object({ peak: count, average: count })

/** `max_missed`: by how much `count` may be low. */
const ranked = { count, max_missed: count }

export const history = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  /** The range of the points: the request's, widened to whole steps. */
  from: epochMs,
  to: epochMs,
  step_ms: count,
  /** Every step of the range up to now. */
  points: z.array(historyPoint),
  totals: historyTotals,
  /** Null: no count is known. */
  viewers: historyViewers.nullable(),
  /** Of the messages of the totals. Null: fewer than 25 have a known mood. */
  mood: mood.nullable(),
  top_emotes: z.array(z.object({ id: opaqueId, name: shownName, provider: emoteProvider, ...ranked })),
  /** Without the banned and the timed out of each window, and without bots. */
  top_chatters: z.array(z.object({ user_id: opaqueId, username: shownName, bot: z.boolean(), ...ranked })),
  top_bots: z.array(z.object({ user_id: opaqueId, username: shownName, bot: z.boolean(), ...ranked })),
  /** The greatest count that an emote or person outside the lists may have had unseen, and by how much a listed count may be low. */
  max_missed: count,
  notices: z.record(z.string(), count),
  events: z.array(historyEvent),
  /** The parts of the range up to now in which the channel was not covered: a zero there means nothing. */
  gaps: z.array(timeRange),
  /** How much of the range up to now was covered, whatever `gaps` leaves out. */
  covered_ms: count,
  /** Windows in the totals of which only the statistics are known: their people and lists count by their top ten. */
  windows_without_summary: count,
  /** What is not complete because it reached its limit. */
  cut: z.array(z.enum(['events', 'gaps', 'lists'])),
})

export const getHistory = defineRoute({
  id: 'getHistory',
  method: 'GET',
  path: '/api/channels/{channel}/history',
  summary: 'Get the figures of a range of time, with the current window. Renews no lease',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    from: at.describe('Start of the range, epoch ms. Default: an hour before `to`.'),
    to: at.describe('End of the range, epoch ms, exclusive. Default: now.'),
    step: z
      .enum(steps)
      .default('10m')
      .describe(
        'Time between points: 5s up to 6 h, 1m up to 2 days, 10m up to 30 days, 1h and 1d up to 90 days.',
      ),
  }),
  responses: { 200: { name: 'History', description: 'The figures of the range', body: history } },
  errors: ['malformed_channel', 'channel_not_monitored', 'range_not_served', 'archive_unavailable'],
})

export type History = z.infer<typeof history>
export type HistoryPoint = z.infer<typeof historyPoint>
export type HistoryEvent = z.infer<typeof historyEvent>
export type HistoryTotals = z.infer<typeof historyTotals>

/** The messages of all the points. */
export function messagesIn(points: History['points']): number {
  return points.reduce((sum, { message_count }) => sum + message_count, 0)
}

/** Messages per minute of the time that was covered; null: none was. */
export function messagesPerMinute({
  points,
  covered_ms,
}: Pick<History, 'points' | 'covered_ms'>): number | null {
  return covered_ms === 0 ? null : (messagesIn(points) * minuteMs) / covered_ms
}
