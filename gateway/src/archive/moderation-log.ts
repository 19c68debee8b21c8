import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import { parseChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import {
  maxModerationMs,
  maxModerationPerPage,
  type ModerationList,
} from '@chat-battle/contracts/rest/routes/list-moderation'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import type { ArchiveReader } from './archive-reader.ts'

type Action = ModerationList['actions'][number]

const query =
  "SELECT at, input_offset, event FROM channel_events WHERE channel_id = ? AND window_start = ? AND type = 'moderation' AND (at, input_offset) < (?, ?) ORDER BY type DESC LIMIT ?"

const windowsAtOnce = 32
/** An event's time may be ahead of the gateway's clock. */
const aheadMs = windowMs

export interface ModerationRange {
  readonly channelId: string
  /** Where the page before ended, epoch ms and offset. */
  readonly cursor: string | undefined
  /** Older moderation is deleted, epoch ms. */
  readonly keptFromMs: number
  /** People who opted out, and may not be removed from every row yet. */
  readonly people: OptedOut
}

/** Reads the moderation of a channel, newest first, window by window. */
export async function readModeration(
  archive: Pick<ArchiveReader, 'page'>,
  { channelId, cursor, keptFromMs, people }: ModerationRange,
  nowMs: number = Date.now(),
): Promise<Pick<ModerationList, 'actions' | 'cursor' | 'scanned_from'>> {
  const [beforeMs, beforeOffset] = readPosition(cursor, nowMs + aheadMs)
  const endMs = performance.now() + maxModerationMs
  const found: SelectedRow[] = []
  const read = (start: number) => {
    const key = [channelId, new Date(start), new Date(beforeMs), beforeOffset]
    return archive.page(query, [...key, maxModerationPerPage + 1], { pageSize: maxModerationPerPage + 1 })
  }
  let start = windowStart(beforeMs)
  const oldest = windowStart(keptFromMs)
  while (start >= oldest && found.length <= maxModerationPerPage && performance.now() < endMs) {
    const starts = Array.from({ length: windowsAtOnce }, (_, index) => start - index * windowMs)
    const pages = await Promise.all(starts.filter((each) => each >= oldest).map(read))
    found.push(...pages.flatMap(({ rows }) => rows))
    start -= windowsAtOnce * windowMs
  }
  const listed = found.slice(0, maxModerationPerPage)
  const actions = listed.flatMap((row) => actionOf(row, people))
  const last = listed.at(-1)
  if (found.length > listed.length && last !== undefined)
    return {
      actions,
      scanned_from: Number(last.at),
      cursor: `${Number(last.at)}-${String(last.input_offset)}`,
    }
  const scannedFrom = Math.max(oldest, start + windowMs)
  return { actions, scanned_from: scannedFrom, cursor: start < oldest ? null : `${scannedFrom}-0` }
}

function readPosition(cursor: string | undefined, latestMs: number): [atMs: number, offset: string] {
  const [at = '', offset = ''] = cursor?.split('-') ?? []
  return cursor === undefined ? [latestMs, '0'] : [Math.min(Number(at), latestMs), offset]
}

/** Nothing for a row that cannot be decoded: those are dead letters. */
function actionOf({ event: text }: SelectedRow, people: OptedOut): Action[] {
  const event = anonymise(parseChatEvent(JSON.parse(String(text))), people)
  if (event.type !== 'moderation') return []
  const { timestamp: at, action, target_user_id, target_username, target_message_id, duration_s } = event
  return [
    {
      at,
      action,
      user_id: target_user_id,
      username: target_username,
      message_id: target_message_id,
      duration_s,
    },
  ]
}
