import { z } from 'zod'
import { channelId, channelLogin, count, epochMs } from '@chat-battle/contracts/primitives'
import type { ChannelState } from '../channel.ts'
import type { PageBuffer } from '../collections/page-buffer.ts'
import { ChannelMoments } from '../moments/channel-moments.ts'
import { collectionKinds, WindowState } from '../window.ts'
import { readMoments, storedMoments, writeMoments } from './moments-record.ts'
import { pagePrefix, PageReader, storedPages, PageWriter, type PageCounts, type PageLookup } from './pages.ts'
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
      /** The place and value of each aggregate that has something to save: the version of a snapshot covers their order. */
      saved: z.array(z.unknown()),
      /** The place among `collectionKinds` and the stored pages of each collection that has any. */
      pages: z.array(count),
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

export function writeChannel(
  channel: ChannelState,
  revisionBase: number,
  buffer: PageBuffer,
): WrittenChannel {
  const pages = new PageWriter(buffer)
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
  const record = { key: channel.channelId, value: joinRecord(header, pages.inline.view()) }
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
  const restored = windows.map((window) => [window.start, readWindow(id, window, reader)] as const)
  const moments = found === undefined ? new ChannelMoments() : readMoments(id, found, reader)
  return { channel: { channelId, ...rest, windows: new Map(restored), moments }, counts: reader.counts }
}

type StoredWindow = z.infer<typeof storedChannel>['windows'][number]

/** Lists only what there is, and flat: most windows are small, and the number of values is what JSON costs. */
function writeWindow(
  id: string,
  { start, list, collections }: WindowState,
  writer: PageWriter,
): StoredWindow {
  const saved: unknown[] = []
  let place = 0
  for (const aggregate of list) {
    const value = aggregate.save()
    if (value !== null && value !== 0) saved.push(place, value)
    place++
  }
  const pages: number[] = []
  place = 0
  for (const collection of collections) {
    if (collection.pageCount > 0) {
      const [bytes, count] = writer.add(id, start, collectionKinds[place] ?? '', collection)
      pages.push(place, bytes, count)
    }
    place++
  }
  return { start, saved, pages }
}

/** Throws `UnreadableState`. */
function readWindow(id: string, { start, saved, pages }: StoredWindow, reader: PageReader): WindowState {
  const window = new WindowState(start)
  readable(id, () => {
    for (let at = 0; at < saved.length; at += 2) placed(window.list, saved[at]).restore(saved[at + 1])
  })
  for (let at = 0; at < pages.length; at += 3) {
    readable(id, () => {
      const prefix = pagePrefix(id, start, collectionKinds[pages[at] ?? 0] ?? '')
      reader.read(
        prefix,
        placed(window.collections, pages[at]),
        storedPages.parse(pages.slice(at + 1, at + 3)),
      )
    })
  }
  return window
}

function placed<T>(list: readonly T[], place: unknown): T {
  const found = typeof place === 'number' ? list[place] : undefined
  if (found === undefined) throw new Error(`nothing is stored at place ${String(place)}`)
  return found
}
