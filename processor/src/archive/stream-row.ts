import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import type { Row } from './rows.ts'

/** The row of the stream that an event reports; undefined: it reports none. The row of a later record replaces it. */
export function streamRow(event: ChannelEvent): Row | undefined {
  if (event.type !== 'live' || event.stream === null) return undefined
  const { stream_id, started_at, title, category } = event.stream
  return {
    channel_id: event.channel_id,
    started_at: new Date(started_at),
    stream_id,
    channel_login: event.channel_login,
    title,
    category,
    last_seen_at: new Date(event.timestamp),
  }
}
