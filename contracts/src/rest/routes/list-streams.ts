import { z } from '../../zod.ts'
import { channelId, channelLogin, epochMs, opaqueId, shownName } from '../../primitives.ts'
import { channelLive } from '../../records/channel-live.ts'
import { maxTitleLength } from '../../records/chat-event.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

/** Streams per page. */
export const maxStreamsPerPage = 50

/** A stream that Twitch's API reported while the channel was joined. */
export const streamEntry = z.object({
  stream_id: opaqueId,
  /** By Twitch, epoch ms. */
  started_at: epochMs,
  /** When the API last reported it, epoch ms: at most a minute before its end, or before the channel was left. */
  last_seen_at: epochMs,
  /** The API's last answer for the channel has this stream, and the channel is joined. */
  is_live: z.boolean(),
  /** The last ones. */
  title: z.string().max(maxTitleLength),
  category: shownName,
})

export const streamList = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  /** What the API last answered; null: nothing, because the channel is not joined or the installation has no credentials. */
  live: channelLive.nullable(),
  /** Newest first. */
  streams: z.array(streamEntry).max(maxStreamsPerPage),
  /** `?cursor=` of the next page, which is older; null: this is the last. */
  cursor: z.string().nullable(),
})

export const listStreams = defineRoute({
  id: 'listStreams',
  method: 'GET',
  path: '/api/channels/{channel}/streams',
  summary: `List the streams of a channel in the last 90 days, newest first, ${maxStreamsPerPage} per page`,
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    cursor: z.string().max(200).optional().describe('`cursor` of the previous page.'),
  }),
  responses: { 200: { name: 'StreamList', description: 'A page of streams', body: streamList } },
  errors: ['malformed_channel', 'channel_not_monitored', 'archive_unavailable'],
})

export type StreamEntry = z.infer<typeof streamEntry>
export type StreamList = z.infer<typeof streamList>
