import { z } from '../zod.ts'
import { count, epochMs, opaqueId, shownName } from '../primitives.ts'
import { seriesLength, seriesStepMs } from '../window.ts'

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
}

function figure<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  empty: () => z.output<Schema>,
): Figure<Schema> {
  return { schema: schema.describe(description), empty, hasColumn: false }
}

function counted(description: string): Figure<typeof count> {
  return figure(description, count, () => 0)
}

/** The archive has an `int` column for the figure. */
function inColumn<Schema extends z.ZodType>(figure: Figure<Schema>): Figure<Schema> {
  return { ...figure, hasColumn: true }
}

/** A figure that older versions do not record: it is null in their frames. */
function later<T>(description: string, schema: z.ZodType<T>, empty: () => T): Figure<z.ZodType<T | null>> {
  // The cast: `util.NoUndefined` of zod 4.6.7 stays unresolved for a type parameter.
  const orNull = schema.nullable().default(null as never) as z.ZodType<T | null>
  return figure(description, orNull, empty)
}

/** A ranking has at most ten entries, most first, ties by id ascending. */
const emotes = z.array(z.object({ id: opaqueId, name: shownName, count }))
const people = z.array(z.object({ user_id: opaqueId, username: shownName, count, bot: z.boolean() }))

function rankedPeople(description: string): Figure<typeof people> {
  return figure(description, people, () => [])
}

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
  mirrored_count: counted('Messages mirrored from another channel by Shared Chat'),
  bot_messages: counted('Messages of known bots'),
  unique_chatters: inColumn(counted('Distinct people who wrote: exact up to 20,000, above within 1 %')),
  first_time_chatters: counted('People who wrote their first message ever in this channel'),
  subscriber_messages: counted('Messages of subscribers'),
  bits: counted('Bits cheered'),
  moderated_messages: counted('Messages deleted one by one or cleared with the whole chat'),
  moderated_users: counted('People banned or timed out'),
  top_emotes: figure('The ten most used emotes, by occurrence', emotes, () => []),
  top_chatters: rankedPeople('The ten people with the most messages, without the banned and the timed out'),
  notices: figure('Notices by kind, such as resub or raid', z.record(z.string(), count), () => ({})),
  series: figure(
    'Messages per `step_ms` from `window_start` on',
    z.object({ step_ms: count, counts: z.array(count) }),
    () => ({ step_ms: seriesStepMs, counts: new Array<number>(seriesLength).fill(0) }),
  ),
  first_message_at: moment('When the first message was sent'),
  last_message_at: moment('When the last message was sent'),
  late_count: counted('Events that arrived while this window was open and belong to one that was closed'),
  coverage: later(
    'The parts of the window in which the channel was covered, in order and apart; outside of them a zero means nothing. ' +
      'Null: written by a version that did not record it',
    z.array(timeRange),
    () => [],
  ),
  reply_count: inColumn(later('Messages that reply to another one', count, () => 0)),
  most_replied_to: later(
    'The ten people with the most replies from others, without the banned and the timed out',
    people,
    () => [],
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

type CountName = {
  [Name in keyof Figures]: Figures[Name] extends number | null ? Name : never
}[keyof Figures]

/** The names of the figures that the archive has an `int` column for. */
export const columnFigures = Object.entries<Figure>(figures)
  .filter(([, { hasColumn }]) => hasColumn)
  .map(([name]) => name) as CountName[]

function eachFigure(map: (figure: Figure) => unknown): object {
  return Object.fromEntries(Object.entries<Figure>(figures).map(([name, figure]) => [name, map(figure)]))
}
