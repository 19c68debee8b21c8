import { z } from 'zod'
import { channelId, channelLogin, count, epochMs } from '@chat-battle/contracts/primitives'
import { timeRange } from '@chat-battle/contracts/records/channel-stats'
import { seriesLength } from '@chat-battle/contracts/window'
import type { ChannelState } from '../channel.ts'
import { Coverage, maxRanges } from '../coverage.ts'
import { CountTable, entriesPerPage, type StoredEntry } from '../collections/count-table.ts'
import { HyperLogLog } from '../collections/hyper-log-log.ts'
import {
  checkFull,
  json,
  pageKey,
  pageKeys,
  readIdSet,
  readPages,
  snapshotVersion,
  understood,
  UnreadableState,
  type PageLookup,
  type StateRecord,
} from './state-pages.ts'
import { maxEmotes, maxExactChatters, type WindowState } from '../window.ts'

/** Far above what any window has, so that a record of nobody's cannot make a processor run out of memory. */
const maxPages = 100_000
const pages = count.max(maxPages)
const idSets = ['seen', 'lateEvents', 'firstTimers', 'moderatedMessages', 'moderatedUsers'] as const
const pageCounts = z.object({
  seen: pages,
  lateEvents: pages,
  firstTimers: pages,
  moderatedMessages: pages,
  moderatedUsers: pages,
  chatters: pages,
  emotes: pages,
})

const storedWindow = z.object({
  start: epochMs,
  figures: z.object({
    messageCount: count,
    mirroredCount: count,
    botMessages: count,
    subscriberMessages: count,
    bits: count,
    notices: z.array(z.tuple([z.string(), count])),
    series: z.array(count).length(seriesLength),
    firstMessageAt: epochMs.nullable(),
    lastMessageAt: epochMs.nullable(),
    lateCount: count,
    invalidTimeCount: count,
    clearedUntil: epochMs,
    clearedMessages: count,
    movedDeletions: count,
  }),
  coverage: z.array(timeRange).max(maxRanges),
  pages: pageCounts,
  sketched: z.boolean(),
})

const storedChannel = z.object({
  v: z.literal(snapshotVersion),
  channel_id: channelId,
  login: channelLogin,
  time: epochMs,
  timeSetAtMs: epochMs,
  lastAppendMs: epochMs,
  lastRevision: count,
  lastTouch: count,
  /** That of the partition: without its checkpoint, revisions must not go back either. */
  revision_base: count,
  windows: z.array(storedWindow),
})

const storedEntries = z.array(z.tuple([z.string(), z.string(), count, z.literal([0, 1])]))

/** A channel as records: its plain part, and the pages that changed since the last snapshot. */
export function channelRecords(channel: ChannelState, revisionBase: number): StateRecord[] {
  const windows = [...channel.windows.values()]
  const plain = {
    v: snapshotVersion,
    channel_id: channel.channelId,
    login: channel.login,
    time: channel.time,
    timeSetAtMs: channel.timeSetAtMs,
    lastAppendMs: channel.lastAppendMs,
    lastRevision: channel.lastRevision,
    lastTouch: channel.lastTouch,
    revision_base: revisionBase,
    windows: windows.map((window) => ({
      start: window.start,
      figures: { ...window.figures, notices: [...window.figures.notices] },
      coverage: window.coverage.ranges,
      pages: pagesOf(window),
      sketched: window.sketch !== undefined,
    })),
  } satisfies z.input<typeof storedChannel>
  return [
    { key: channel.channelId, value: json(plain) },
    ...windows.flatMap((window) => dirtyPages(channel, window)),
  ]
}

/** Every key that a channel's state consists of now. What was written under another one is to be deleted. */
export function channelKeys(channel: ChannelState): Set<string> {
  const keys = new Set([channel.channelId])
  for (const window of channel.windows.values()) {
    for (const [kind, pages] of Object.entries(pagesOf(window))) {
      for (const key of pageKeys(channel.channelId, window.start, kind, pages)) keys.add(key)
    }
    if (window.sketch !== undefined) keys.add(pageKey(channel.channelId, window.start, 'sketch', 0))
  }
  return keys
}

/** Restores a channel from its plain part at key `id`; `page` looks up a page by key. Throws `UnreadableState`. */
export function restoreChannel(id: string, plain: Buffer, page: PageLookup): ChannelState {
  const stored = understood(id, () => storedChannel.parse(JSON.parse(plain.toString())))
  const { channel_id: channelId, windows, revision_base: _base, v: _, ...rest } = stored
  if (channelId !== id) throw new UnreadableState(id, `it is channel ${channelId}`)

  const idSet = (start: number, kind: string, length: number) =>
    readIdSet(pageKeys(id, start, kind, length), id, page)
  const table = (start: number, kind: string, length: number, maxEntries: number) => {
    const read = (content: Buffer, isLast: boolean): StoredEntry[] => {
      const entries = storedEntries.parse(JSON.parse(content.toString()))
      checkFull(entries.length, entriesPerPage, isLast)
      return entries
    }
    const stored = readPages(pageKeys(id, start, kind, length), id, page, read)
    return new CountTable(maxEntries, stored.flat())
  }

  const restored = windows.map(({ start, figures, coverage, pages: counts, sketched }): WindowState => ({
    start,
    figures: { ...figures, notices: new Map(figures.notices) },
    coverage: new Coverage(coverage),
    seen: idSet(start, 'seen', counts.seen),
    lateEvents: idSet(start, 'lateEvents', counts.lateEvents),
    firstTimers: idSet(start, 'firstTimers', counts.firstTimers),
    moderatedMessages: idSet(start, 'moderatedMessages', counts.moderatedMessages),
    moderatedUsers: idSet(start, 'moderatedUsers', counts.moderatedUsers),
    chatters: table(start, 'chatters', counts.chatters, maxExactChatters),
    emotes: table(start, 'emotes', counts.emotes, maxEmotes),
    sketch: sketched
      ? readPages(pageKeys(id, start, 'sketch', 1), id, page, (content) => HyperLogLog.fromBuffer(content))[0]
      : undefined,
  }))
  return {
    channelId,
    ...rest,
    windows: new Map(restored.map((window) => [window.start, window])),
  }
}

function pagesOf(window: WindowState): z.infer<typeof pageCounts> {
  return {
    seen: window.seen.pageCount,
    lateEvents: window.lateEvents.pageCount,
    firstTimers: window.firstTimers.pageCount,
    moderatedMessages: window.moderatedMessages.pageCount,
    moderatedUsers: window.moderatedUsers.pageCount,
    chatters: window.chatters.pageCount,
    emotes: window.emotes.pageCount,
  }
}

function dirtyPages({ channelId }: ChannelState, window: WindowState): StateRecord[] {
  const records: StateRecord[] = []
  for (const kind of idSets) {
    for (const [page, value] of window[kind].takeDirtyPages()) {
      records.push({ key: pageKey(channelId, window.start, kind, page), value })
    }
  }
  for (const kind of ['chatters', 'emotes'] as const) {
    for (const [page, entries] of window[kind].takeDirtyPages()) {
      records.push({ key: pageKey(channelId, window.start, kind, page), value: json(entries) })
    }
  }
  if (window.sketch !== undefined) {
    records.push({ key: pageKey(channelId, window.start, 'sketch', 0), value: window.sketch.toBuffer() })
  }
  return records
}
