import { z } from '../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../primitives.ts'
import { seriesLength } from '../window.ts'
import { emoteProvider } from './chat-event.ts'

/** How many emotes and how many people a summary lists. */
export const summaryLength = 200
/** Bytes of the largest sketch as base64; see `RangeSketch`. */
const maxSketchLength = 4 * Math.ceil((1 + 12_288) / 3)

/**
 * A ranking, most first, and what it leaves out: `max_unlisted`, the greatest count that an id outside of it may have, and
 * `max_low`, by how much a listed count may be low because the fold forgot rare ids.
 */
function ranking<Entry extends z.ZodType>(entry: Entry) {
  return z.object({ entries: z.array(entry).max(summaryLength), max_unlisted: count, max_low: count })
}

/** `[id, name, count, provider]`: a tuple, because a busy channel has 144 windows per day with 200 of them. */
export const summaryEmotes = ranking(z.tuple([opaqueId, shownName, count, emoteProvider]))
/** `[user_id, login, count, is_bot]`, without the banned and the timed out. */
export const summaryPeople = ranking(z.tuple([opaqueId, shownName, count, z.boolean()]))

/** Bytes of JSON of the emotes that `summaryEmotes` leaves out: a record has at most 1 MB. */
export const maxFurtherBytes = 400_000

/** The emotes behind those of `summaryEmotes`, in order, for lists of every emote; `max_unlisted` as there. */
export const furtherEmotes = z.object({
  entries: z.array(summaryEmotes.shape.entries.element).max(5000),
  max_unlisted: count,
})

const perStep = z.array(z.tuple([count.max(seriesLength - 1), count])).max(seriesLength)

/** Per step of the window's series, as `[step, count]`; steps without any are left out. */
export const summarySteps = z.object({ bits: perStep, moderated_messages: perStep })

/**
 * What a window contributes to figures of a longer range, beside its statistics: a record's value on `open-summaries` and
 * `window-summaries`. Not for the page: a busy window's is 40 kB.
 */
export const windowSummary = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  window_start: epochMs,
  /** As in the frame of the same window. */
  revision: count,
  final: z.boolean(),
  /** The distinct chatters, as base64 of a `RangeSketch`. */
  sketch: z.base64().max(maxSketchLength),
  emotes: summaryEmotes,
  /** Null: the window is open, or `emotes` has all. */
  further_emotes: furtherEmotes.nullable().default(null),
  people: summaryPeople,
  steps: summarySteps,
})

export type SummaryEmotes = z.infer<typeof summaryEmotes>
export type FurtherEmotes = z.infer<typeof furtherEmotes>
export type SummaryPeople = z.infer<typeof summaryPeople>
export type SummarySteps = z.infer<typeof summarySteps>
export type WindowSummary = z.infer<typeof windowSummary>

/** A summary's record key on both topics. */
export function summaryKey({
  channel_id,
  window_start,
}: Pick<WindowSummary, 'channel_id' | 'window_start'>): string {
  return `${channel_id}:${window_start}`
}
