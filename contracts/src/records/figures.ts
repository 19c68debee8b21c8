import { z } from '../zod.ts'
import { count, epochMs, opaqueId, shownName } from '../primitives.ts'
import { moodSeriesLength, moodStepMs, seriesLength, seriesStepMs, viewersSeriesLength } from '../window.ts'
import { emoteProvider } from './chat-event.ts'
import { mood } from './mood.ts'

/** A part of channel time, epoch ms, `to` exclusive. */
export const timeRange = z.object({ from: epochMs, to: epochMs })

export type TimeRange = z.infer<typeof timeRange>

/** One figure of a window as it is shown. */
export interface Figure<Schema extends z.ZodType = z.ZodType> {
  /** With its description, which the OpenAPI document shows. */
  readonly schema: Schema
  /** Its value in a window without events. */
  readonly empty: () => z.output<Schema>
  /** Whether the archive has a column for it beside the whole statistics as JSON. */
  readonly hasColumn: boolean
  /** Whether it counts something in the window, so that those of several windows can be added. */
  readonly isCount: boolean
  /** What a card writes after a count or above a ranking of people. Without it, a component of the page shows the figure. */
  readonly label?: string
}

function figure<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  empty: () => z.output<Schema>,
): Figure<Schema> {
  return { schema: schema.describe(description), empty, hasColumn: false, isCount: false }
}

function counted(description: string): Figure<typeof count> {
  return { ...figure(description, count, () => 0), isCount: true }
}

/** The archive has an `int` column for the figure. */
function inColumn<Schema extends z.ZodType>(figure: Figure<Schema>): Figure<Schema> {
  return { ...figure, hasColumn: true }
}

/** A figure that older versions do not record: it is null in their frames. */
function later<T>(description: string, schema: z.ZodType<T>, empty: () => T): Figure<z.ZodType<T | null>> {
  // The cast: `util.NoUndefined` of zod 4.6.7 stays unresolved for a type parameter.
  const orNull = schema.nullable().default(null as never) as z.ZodType<T | null>
  return { ...figure(description, orNull, empty), isCount: (schema as z.ZodType) === count }
}

/** A card shows the figure, a count or a ranking of people, without a component of its own. */
function labelled<Schema extends z.ZodType>(label: string, figure: Figure<Schema>): Figure<Schema> {
  return { ...figure, label }
}

/** A ranking has at most ten entries, most first, ties by id ascending; emotes: by provider and id. */
const emotes = z.array(
  z.object({ id: opaqueId, name: shownName, count, provider: emoteProvider.default('twitch') }),
)
const people = z.array(z.object({ user_id: opaqueId, username: shownName, count, bot: z.boolean() }))

/** `last`, `peak` and `average` are of the steps with a count. */
const viewers = z.object({
  last: count,
  peak: count,
  /** Rounded. */
  average: count,
  series: z.object({ step_ms: count, counts: z.array(count.nullable()).max(viewersSeriesLength) }),
})

function rankedPeople(description: string): Figure<typeof people> {
  return figure(description, people, () => [])
}

const zeros = () => new Array<number>(moodSeriesLength).fill(0)

/** Epoch ms by Twitch's clock. */
function moment(description: string) {
  return figure(description, epochMs.nullable(), () => null)
}

/**
 * Every figure of a window, in the order of the wire: the schema of `channelStats`, the empty statistics, the OpenAPI document and
 * the archive's columns come from here. Counts of messages include mirrored ones.
 */
export const figures = {
  message_count: inColumn(counted('Messages')),
  mirrored_count: labelled('mirrored', counted('Messages mirrored from another channel by Shared Chat')),
  bot_messages: labelled('by bots', counted('Messages of bots')),
  unique_chatters: inColumn(counted('Distinct people who wrote: exact up to 20,000, above within 1 %')),
  first_time_chatters: labelled(
    'first-time chatters',
    counted('People who wrote their first message ever in this channel'),
  ),
  subscriber_messages: labelled('from subscribers', counted('Messages of subscribers')),
  bits: labelled('bits', counted('Bits cheered')),
  moderated_messages: labelled(
    'deleted',
    counted('Messages deleted one by one or cleared with the whole chat'),
  ),
  moderated_users: labelled('timed out or banned', counted('People banned or timed out')),
  top_emotes: figure('The ten most used emotes, by occurrence', emotes, () => []),
  top_chatters: labelled(
    'Top chatters',
    rankedPeople('The ten people with the most messages, without bots, the banned and the timed out'),
  ),
  top_bots: labelled(
    'Bots',
    later('The ten bots with the most messages, without the banned and the timed out', people, () => []),
  ),
  notices: figure('Notices by kind, such as resub or raid', z.record(z.string(), count), () => ({})),
  series: figure(
    'Messages per `step_ms` from `window_start` on',
    z.object({ step_ms: count, counts: z.array(count) }),
    () => ({ step_ms: seriesStepMs, counts: new Array<number>(seriesLength).fill(0) }),
  ),
  first_message_at: moment('When the first message was sent'),
  last_message_at: moment('When the last message was sent'),
  late_count: labelled('late', counted('Events of closed windows that arrived while this one was open')),
  coverage: later(
    'The parts of the window in which the channel was covered, in order and apart; outside of them a zero means nothing. ' +
      'Null: written by a version that did not record it',
    z.array(timeRange),
    () => [],
  ),
  reply_count: inColumn(
    labelled(
      'replies',
      later('Messages that reply to another one', count, () => 0),
    ),
  ),
  most_replied_to: labelled(
    'Most replied to',
    later(
      'The ten people with the most replies from others, without the banned and the timed out',
      people,
      () => [],
    ),
  ),
  viewers: later(
    "Viewers of the stream by Twitch's API, per `step_ms` from `window_start` on: the last count of each step, null where none is known. " +
      'Null: the stream was offline, no count is known, or the installation has no credentials for the API',
    viewers.nullable(),
    () => null,
  ),
  mood: later(
    'Shares of positive and negative messages among those with a known mood. Null: fewer than 25 of them, or not recorded',
    mood.nullable(),
    () => null,
  ),
  mood_series: later(
    'Messages with a known mood per `step_ms` from `window_start` on. Counts of several steps or windows add up',
    z.object({
      step_ms: count,
      positive: z.array(count),
      negative: z.array(count),
      neutral: z.array(count),
    }),
    () => ({ step_ms: moodStepMs, positive: zeros(), negative: zeros(), neutral: zeros() }),
  ),
} as const satisfies Record<string, Figure>

type Schemas = { [Name in keyof typeof figures]: (typeof figures)[Name]['schema'] }

/** The value of every figure by name. */
export type Figures = { [Name in keyof Schemas]: z.output<Schemas[Name]> }

/** The schema of every figure by name. */
export const figureSchemas = eachFigure(({ schema }) => schema) as Schemas

/** Every figure's value in a window without events. */
export function emptyFigures(): Figures {
  return eachFigure(({ empty }) => empty()) as Figures
}

export type NameOf<Value> = {
  [Name in keyof Figures]: Figures[Name] extends Value | null ? Name : never
}[keyof Figures]

/** The figures with a label whose value is of the schema, in the order of the wire. */
function labelledAs<Value>(schema: z.ZodType<Value>): { name: NameOf<Value>; label: string }[] {
  return Object.entries<Figure>(figures).flatMap(([name, { label, empty }]) =>
    label !== undefined && schema.safeParse(empty()).success ? [{ name: name as NameOf<Value>, label }] : [],
  )
}

/** Counts that a card shows by their label alone. */
export const labelledCounts = labelledAs(count)
/** Rankings of people that a card shows by their label alone. */
export const labelledRankings = labelledAs(people)

/** The names of the figures that the archive has an `int` column for. */
export const columnFigures = Object.entries<Figure>(figures)
  .filter(([, { hasColumn }]) => hasColumn)
  .map(([name]) => name) as NameOf<number>[]

/** The names of the figures that are counts. */
export const countFigures = Object.entries<Figure>(figures)
  .filter(([, { isCount }]) => isCount)
  .map(([name]) => name) as NameOf<number>[]

function eachFigure(map: (figure: Figure) => unknown): object {
  return Object.fromEntries(Object.entries<Figure>(figures).map(([name, figure]) => [name, map(figure)]))
}
