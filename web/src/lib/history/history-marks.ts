import type { Moment } from '@chat-battle/contracts/records/moment'
import type { HistoryEvent } from '@chat-battle/contracts/rest/routes/get-history'
import type { ChartMark } from '../chart/chart-series.ts'

/** A mark that belongs to a channel: a moment, an event of Twitch, or several subscriptions. */
export interface HistoryMark extends ChartMark {
  channel: string
  moment?: Moment
  /** Twitch's own sentence, title or category. */
  text?: string
}

export interface MarkWords {
  moment: (leading: string | null) => string
  subs: (count: number) => string
  gifts: (count: number) => string
  raid: (viewers: number | null) => string
  kind: (kind: string) => string
}

/** Gifts that belong to a gift bomb follow it within this time. */
const bombLastsMs = 60_000

const icons: Readonly<Record<string, string>> = {
  raid: 'raid',
  announcement: 'announcement',
  submysterygift: 'gift',
  title: 'title',
  category: 'category',
  stream_started: 'stream_started',
  stream_ended: 'stream_ended',
}
const subscriptions = new Set(['sub', 'resub', 'subgift', 'giftpaidupgrade', 'primepaidupgrade'])

/** The marks of a channel by time. Subscriptions within `groupMs` of the first of them are one mark. */
export function marksOf(
  channel: string,
  { moments, events }: { moments: readonly Moment[]; events: readonly HistoryEvent[] },
  words: MarkWords,
  groupMs: number,
): HistoryMark[] {
  const marks: HistoryMark[] = moments.map((moment) => ({
    at: moment.start,
    kind: 'moment',
    label: words.moment(moment.leading.kind === 'mixed' ? null : moment.leading.text),
    channel,
    moment,
  }))
  let group: { mark: HistoryMark; count: number } | undefined
  for (const event of withoutBombed(events)) {
    if (!subscriptions.has(event.kind)) {
      marks.push(markOf(channel, event, words))
    } else if (group !== undefined && event.at - group.mark.at < groupMs) {
      group.mark.label = words.subs(++group.count)
      delete group.mark.text
    } else {
      const mark = { at: event.at, kind: 'sub', label: words.subs(1), channel, ...textOf(event) }
      group = { mark, count: 1 }
      marks.push(mark)
    }
  }
  return marks.sort((a, b) => a.at - b.at)
}

function markOf(channel: string, event: HistoryEvent, words: MarkWords): HistoryMark {
  const { at, kind, amount } = event
  const label =
    kind === 'raid'
      ? words.raid(amount)
      : kind === 'submysterygift'
        ? words.gifts(amount ?? 1)
        : words.kind(kind)
  return { at, kind: icons[kind] ?? 'other', label, channel, ...textOf(event) }
}

function textOf({ text }: HistoryEvent): { text?: string } {
  return text === null ? {} : { text }
}

/** Without the single gifts that a gift bomb has announced already. */
function withoutBombed(events: readonly HistoryEvent[]): HistoryEvent[] {
  let announced = 0
  let untilMs = 0
  return events.filter(({ at, kind, amount }) => {
    if (at > untilMs) announced = 0
    if (kind === 'submysterygift') {
      announced += amount ?? 0
      untilMs = at + bombLastsMs
    }
    if (kind !== 'subgift' || announced === 0) return true
    announced--
    return false
  })
}
