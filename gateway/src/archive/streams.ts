import { z } from 'zod'
import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { epochMs, opaqueId } from '@chat-battle/contracts/primitives'
import { maxStreamsPerPage, type StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { RequestRefused } from '../refusal.ts'
import type { ArchiveReader } from './archive-reader.ts'

type Archive = Pick<ArchiveReader, 'page'>

/** Whose streams are read. `live`: what Twitch's API last answered for the channel, if it is joined. */
export interface StreamsOf {
  readonly channelId: string
  readonly live: ChannelLive | null
}

const columns = 'stream_id, started_at, last_seen_at, title, category'
const position = z.tuple([epochMs, opaqueId])

/** A page of a channel's streams, newest first. Rejects with `RequestRefused`. */
export async function pageOfStreams(
  archive: Archive,
  { channelId, live }: StreamsOf,
  cursor?: string,
): Promise<{ streams: StreamEntry[]; cursor: string | null }> {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const where = after === undefined ? '' : ' AND (started_at, stream_id) < (?, ?)'
  const query = `SELECT ${columns} FROM channel_streams WHERE channel_id = ?${where} LIMIT ${maxStreamsPerPage + 1}`
  const values = after === undefined ? [channelId] : [channelId, new Date(after[0]), after[1]]
  const { rows } = await archive.page(query, values, { pageSize: maxStreamsPerPage + 1 })
  const streams = rows.slice(0, maxStreamsPerPage).map((row) => entryOf(row, live))
  const last = streams.at(-1)
  return { streams, cursor: rows.length > streams.length && last !== undefined ? formatCursor(last) : null }
}

function entryOf(row: SelectedRow, live: ChannelLive | null): StreamEntry {
  const stream_id = String(row.stream_id)
  return {
    stream_id,
    started_at: Number(row.started_at),
    last_seen_at: Number(row.last_seen_at),
    is_live: live?.stream?.stream_id === stream_id,
    title: String(row.title),
    category: String(row.category),
  }
}

function formatCursor({ started_at, stream_id }: StreamEntry): string {
  const at: z.infer<typeof position> = [started_at, stream_id]
  return Buffer.from(JSON.stringify(at)).toString('base64url')
}

function readCursor(cursor: string): z.infer<typeof position> {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new RequestRefused(
      'malformed_request',
      'cursor: not the `cursor` of a previous page; list the streams without it',
    )
  }
}

/** The stream with this id. Rejects with `RequestRefused`. */
export async function findStream(archive: Archive, of: StreamsOf, streamId: string): Promise<StreamEntry> {
  // Within one partition, whose rows are as many as the channel's streams.
  const query = `SELECT ${columns} FROM channel_streams WHERE channel_id = ? AND stream_id = ? LIMIT 1 ALLOW FILTERING`
  const { rows } = await archive.page(query, [of.channelId, streamId], { pageSize: 1 })
  if (rows[0] === undefined)
    throw new RequestRefused('stream_not_found', `no stream ${streamId} of this channel is archived`)
  return entryOf(rows[0], of.live)
}

/** The stream before; undefined: none is archived. */
export async function streamBefore(
  archive: Archive,
  of: StreamsOf,
  { started_at, stream_id }: StreamEntry,
): Promise<StreamEntry | undefined> {
  const query = `SELECT ${columns} FROM channel_streams WHERE channel_id = ? AND (started_at, stream_id) < (?, ?) LIMIT 1`
  const values = [of.channelId, new Date(started_at), stream_id]
  const { rows } = await archive.page(query, values, { pageSize: 1 })
  return rows[0] === undefined ? undefined : entryOf(rows[0], of.live)
}
