import type { Live, Notice } from '@chat-battle/contracts/records/chat-event'
import { parseChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import { maxHistoryEvents, type HistoryEvent } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs } from '@chat-battle/contracts/window'
import type { ArchiveReader } from '../archive-reader.ts'

/** Windows whose events one statement reads: four hours. */
const windowsAtOnce = 24
const pageSize = 1000
/** Rows of one statement that are read at most: far above what Twitch sends. */
const maxRowsAtOnce = 20_000

/** The amount of a notice, by its kind: viewers, gifts, months, a streak. */
const amountParam: Readonly<Record<string, string>> = {
  raid: 'viewerCount',
  submysterygift: 'mass-gift-count',
  subgift: 'gift-months',
  resub: 'cumulative-months',
  sub: 'cumulative-months',
  viewermilestone: 'value',
}

const query =
  "SELECT event FROM channel_events WHERE channel_id = ? AND window_start IN ? AND type IN ('live', 'notice')"

/** `state` and `value`: what a change of the stream sets, and to what. */
interface LiveEvent extends HistoryEvent {
  readonly state?: string
  readonly value?: string
}

export interface FoundEvents {
  /** In their order. */
  readonly events: HistoryEvent[]
  readonly isCut: boolean
}

/** The newest notices and changes of the stream in a range. `windows`: starts of the windows that have any. Times are epoch ms. */
export async function readEvents(
  archive: Pick<ArchiveReader, 'page'>,
  channelId: string,
  windows: readonly number[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<FoundEvents> {
  const newestFirst = windows
    .filter((start) => start + windowMs > fromMs && start < toMs)
    .sort((a, b) => b - a)
  const found = new Map<string, LiveEvent>()
  let isCut = false
  for (let at = 0; at < newestFirst.length && found.size <= maxHistoryEvents; at += windowsAtOnce) {
    const starts = newestFirst.slice(at, at + windowsAtOnce).map((start) => new Date(start))
    let rows = 0
    let pageState: string | undefined
    do {
      const page = await archive.page(query, [channelId, starts], { pageSize, pageState })
      for (const row of page.rows)
        for (const [key, event] of readRow(String(row.event)))
          if (event.at >= fromMs && event.at < toMs) found.set(key, event)
      rows += page.rows.length
      pageState = page.pageState
    } while (pageState !== undefined && rows < maxRowsAtOnce)
    isCut ||= pageState !== undefined
  }
  const events = withoutRepeated([...found.values()].sort((one, other) => one.at - other.at))
  return { events: events.slice(-maxHistoryEvents), isCut: isCut || events.length > maxHistoryEvents }
}

/** By what a repeated event is recognized, and the event. */
function readRow(text: string): [key: string, LiveEvent][] {
  const event = parseChatEvent(JSON.parse(text))
  if (event.type === 'notice') return [[event.notice_id, noticeEvent(event)]]
  return event.type === 'live' ? event.changes.map((change) => liveEvent(event, change)) : []
}

function noticeEvent({ timestamp, kind, system_message, params }: Notice): HistoryEvent {
  const amount = params[amountParam[kind] ?? ''] ?? ''
  return {
    at: timestamp,
    kind,
    text: system_message === '' ? null : system_message,
    amount: /^[0-9]{1,12}$/.test(amount) ? Number(amount) : null,
  }
}

function liveEvent({ timestamp, stream }: Live, change: Live['changes'][number]): [string, LiveEvent] {
  const text = change === 'title' ? stream?.title : change === 'category' ? stream?.category : undefined
  const kind = change === 'started' || change === 'ended' ? `stream_${change}` : change
  const amount = change === 'started' ? (stream?.viewers ?? null) : null
  const state = kind === change ? kind : 'stream'
  const value = change === 'started' ? (stream?.stream_id ?? '') : (text ?? '')
  return [
    JSON.stringify([kind, timestamp]),
    { at: timestamp, kind, text: text ?? null, amount, state, value },
  ]
}

/** A change may be reported again after a restart, with the same value. */
function withoutRepeated(events: readonly LiveEvent[]): HistoryEvent[] {
  const known = new Map<string, string>()
  return events.flatMap(({ state, value, ...event }) => {
    if (state === undefined || value === undefined) return [event]
    if (known.get(state) === value) return []
    known.set(state, value)
    return [event]
  })
}
