import { z } from 'zod'
import { channelId, channelLogin, count, epochMs } from '@chat-battle/contracts/primitives'
import { seriesLength } from '@chat-battle/contracts/window'
import type { ChannelState } from './channel-state.ts'
import { CountTable, entriesPerPage, type StoredEntry } from './count-table.ts'
import { DistinctSketch } from './distinct-sketch.ts'
import { bytesPerId, IdSet, idsPerPage } from './id-set.ts'
import { maxEmotes, maxExactChatters, type WindowState } from './window-state.ts'

/** Raised whenever a snapshot's meaning changes; a state of another version is rebuilt from the input. */
export const snapshotVersion = 4

/** A record of `processor-state`; a null value deletes the key. */
export interface StateRecord {
  key: string
  value: Buffer | null
}

/** Thrown where a record of a state cannot be understood. */
export class UnreadableState extends Error {
  readonly key: string

  constructor(key: string, problem: string) {
    super(problem)
    this.key = key
  }
}

/** Far above what any window has, so that a record of nobody's cannot make a processor run out of memory. */
const maxPages = 100_000
const pages = count.max(maxPages)
const pageCounts = z.object({
  seen: pages,
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
  }),
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
  lastOffset: z.string().regex(/^[0-9]+$/),
  windows: z.array(storedWindow),
})

const storedEntries = z.array(z.tuple([z.string(), z.string(), count, z.literal([0, 1])]))

/** A channel as records: its plain part, and the pages that changed since the last snapshot. */
export function channelRecords(channel: ChannelState): StateRecord[] {
  const windows = [...channel.windows.values()]
  const plain = {
    v: snapshotVersion,
    channel_id: channel.channelId,
    login: channel.login,
    time: channel.time,
    timeSetAtMs: channel.timeSetAtMs,
    lastAppendMs: channel.lastAppendMs,
    lastOffset: String(channel.lastOffset),
    windows: windows.map((window) => ({
      start: window.start,
      figures: { ...window.figures, notices: [...window.figures.notices] },
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
      for (let page = 0; page < pages; page++) keys.add(pageKey(channel.channelId, window.start, kind, page))
    }
    if (window.sketch !== undefined) keys.add(pageKey(channel.channelId, window.start, 'sketch', 0))
  }
  return keys
}

/** Restores a channel from its plain part at key `id`; `page` looks up a page by key. Throws `UnreadableState`. */
export function restoreChannel(
  id: string,
  plain: Buffer,
  page: (key: string) => Buffer | undefined,
): ChannelState {
  const stored = understood(id, () => storedChannel.parse(JSON.parse(plain.toString())))
  const { channel_id: channelId, windows, lastOffset, v: _, ...rest } = stored
  if (channelId !== id) throw new UnreadableState(id, `it is channel ${channelId}`)

  const pagesOfKind = <T>(
    start: number,
    kind: string,
    length: number,
    read: (content: Buffer, isLast: boolean) => T,
  ): T[] =>
    Array.from({ length }, (_, number) => {
      const key = pageKey(id, start, kind, number)
      const content = page(key)
      if (content === undefined) throw new UnreadableState(id, `page ${key} is missing`)
      return understood(key, () => read(content, number === length - 1))
    })
  const idSet = (start: number, kind: string, length: number) =>
    IdSet.fromPages(
      pagesOfKind(start, kind, length, (content, isLast) => {
        checkFull(content.length / bytesPerId, idsPerPage, isLast)
        return content
      }),
    )
  const table = (start: number, kind: string, length: number, maxEntries: number) => {
    const read = (content: Buffer, isLast: boolean): StoredEntry[] => {
      const entries = storedEntries.parse(JSON.parse(content.toString()))
      checkFull(entries.length, entriesPerPage, isLast)
      return entries
    }
    return new CountTable(maxEntries, pagesOfKind(start, kind, length, read).flat())
  }

  const restored = windows.map(({ start, figures, pages: counts, sketched }): WindowState => ({
    start,
    figures: { ...figures, notices: new Map(figures.notices) },
    seen: idSet(start, 'seen', counts.seen),
    firstTimers: idSet(start, 'firstTimers', counts.firstTimers),
    moderatedMessages: idSet(start, 'moderatedMessages', counts.moderatedMessages),
    moderatedUsers: idSet(start, 'moderatedUsers', counts.moderatedUsers),
    chatters: table(start, 'chatters', counts.chatters, maxExactChatters),
    emotes: table(start, 'emotes', counts.emotes, maxEmotes),
    sketch: sketched
      ? pagesOfKind(start, 'sketch', 1, (page) => DistinctSketch.fromBuffer(page))[0]
      : undefined,
  }))
  return {
    channelId,
    ...rest,
    lastOffset: BigInt(lastOffset),
    windows: new Map(restored.map((window) => [window.start, window])),
  }
}

/** Throws for a page that does not hold as much as one does: all but the last are full, and none is empty. */
function checkFull(held: number, perPage: number, isLast: boolean): void {
  const isFull = held === perPage || (isLast && held > 0 && held < perPage && Number.isInteger(held))
  if (!isFull) throw new Error(`a page of ${held} entries`)
}

function pagesOf(window: WindowState): z.infer<typeof pageCounts> {
  return {
    seen: window.seen.pageCount,
    firstTimers: window.firstTimers.pageCount,
    moderatedMessages: window.moderatedMessages.pageCount,
    moderatedUsers: window.moderatedUsers.pageCount,
    chatters: window.chatters.pageCount,
    emotes: window.emotes.pageCount,
  }
}

function dirtyPages({ channelId }: ChannelState, window: WindowState): StateRecord[] {
  const records: StateRecord[] = []
  for (const kind of ['seen', 'firstTimers', 'moderatedMessages', 'moderatedUsers'] as const) {
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

function pageKey(id: string, start: number, kind: string, page: number): string {
  return `${id}:${start}:${kind}:${page}`
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** What `read` makes of the record at `key`. Throws `UnreadableState` where it throws. */
export function understood<T>(key: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UnreadableState(key, error instanceof z.ZodError ? z.prettifyError(error) : String(error))
  }
}
