import { z } from 'zod'
import { channelId, channelLogin, count, epochMs } from '@chat-battle/contracts/primitives'
import type { ChannelState } from '../channel.ts'
import { ChannelMoments } from '../moments/channel-moments.ts'
import { collectionKinds, WindowState } from '../window.ts'
import { readMoments, storedMoments, writeMoments } from './moments-record.ts'
import {
  pagePrefix,
  PageReader,
  noPages,
  storedPages,
  PageWriter,
  type PageCounts,
  type PageLookup,
} from './pages.ts'
import {
  joinRecord,
  readable,
  snapshotVersion,
  splitRecord,
  UnreadableState,
  type StateRecord,
} from './state-record.ts'

const storedChannel = z.object({
  v: z.literal(snapshotVersion),
  channel_id: channelId,
  login: channelLogin,
  time: epochMs,
  timeSetAtMs: epochMs,
  lastAppendMs: epochMs,
  lastRevision: count,
  lastTouch: count,
  /** The partition's: revisions must not decrease, even if the checkpoint is lost. */
  revision_base: count,
  windows: z.array(
    z.object({
      start: epochMs,
      /** What each aggregate saves: the version of a snapshot covers their list and order. */
      saved: z.array(z.unknown()),
      /** Of each collection, in the order of `collectionKinds`. */
      pages: z.array(storedPages),
    }),
  ),
  /** A version that looked for no moments wrote none. */
  moments: storedMoments.optional(),
})

/** A channel as records of the state, and how many pages with records of their own it has. */
export interface WrittenChannel {
  records: StateRecord[]
  counts: PageCounts
}

export function writeChannel(channel: ChannelState, revisionBase: number): WrittenChannel {
  const pages = new PageWriter()
  const header = {
    v: snapshotVersion,
    channel_id: channel.channelId,
    login: channel.login,
    time: channel.time,
    timeSetAtMs: channel.timeSetAtMs,
    lastAppendMs: channel.lastAppendMs,
    lastRevision: channel.lastRevision,
    lastTouch: channel.lastTouch,
    revision_base: revisionBase,
    windows: Array.from(channel.windows.values(), (window) => writeWindow(channel.channelId, window, pages)),
    moments: writeMoments(channel.channelId, channel.moments, pages),
  } satisfies z.input<typeof storedChannel>
  const record = { key: channel.channelId, value: joinRecord(header, pages.inline) }
  return { records: [record, ...pages.records], counts: pages.counts }
}

/** Restores a channel from the record at key `id`. Throws `UnreadableState`. */
export function readChannel(
  id: string,
  record: Buffer,
  lookUp: PageLookup,
): { channel: ChannelState; counts: PageCounts } {
  const { stored, inline } = readable(id, () => {
    const { header, pages } = splitRecord(record)
    return { stored: storedChannel.parse(header), inline: pages }
  })
  const { channel_id: channelId, windows, moments: found, revision_base: _base, v: _, ...rest } = stored
  if (channelId !== id) throw new UnreadableState(id, `the record is of channel ${channelId}`)
  const reader = new PageReader(id, inline, lookUp)
  const restored = windows.map(({ start, saved, pages }) => {
    const window = new WindowState(start)
    readable(id, () => window.list.forEach((aggregate, index) => aggregate.restore(saved[index])))
    for (const [index, collection] of window.collections.entries())
      reader.read(pagePrefix(id, start, collectionKinds[index] ?? ''), collection, pages[index] ?? noPages)
    return [start, window] as const
  })
  const moments = found === undefined ? new ChannelMoments() : readMoments(id, found, reader)
  return { channel: { channelId, ...rest, windows: new Map(restored), moments }, counts: reader.counts }
}

function writeWindow(id: string, window: WindowState, writer: PageWriter) {
  return {
    start: window.start,
    saved: window.list.map((aggregate) => aggregate.save()),
    pages: window.collections.map((collection, index) =>
      writer.add(id, window.start, collectionKinds[index] ?? '', collection),
    ),
  }
}
