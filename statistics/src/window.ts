import type { ChatMessage, Notice } from '@chat-battle/contracts/records/chat-event'
import { seriesLength, seriesStepMs, windowMs } from '@chat-battle/contracts/window'
import { knownBots } from '@chat-battle/contracts/known-bots'
import { CountTable } from './collections/count-table.ts'
import { Coverage } from './coverage.ts'
import { HyperLogLog } from './collections/hyper-log-log.ts'
import { hashId, IdSet } from './collections/id-set.ts'

/** Up to here chatters are counted exactly, above by a sketch. */
export const maxExactChatters = 20_000
export const maxEmotes = 5000
/** Kinds of notices counted by name; what Twitch invents beyond them counts as `other`. */
const maxNoticeKinds = 64
/** The number of an id in `seen` that belongs to a notice, not a message. */
const noMessage = windowMs

/** What is plain in a window's state: numbers and small maps. */
export interface WindowFigures {
  messageCount: number
  mirroredCount: number
  botMessages: number
  subscriberMessages: number
  bits: number
  notices: Map<string, number>
  series: number[]
  firstMessageAt: number | null
  lastMessageAt: number | null
  lateCount: number
  invalidTimeCount: number
  /** The whole chat was cleared at this time, epoch ms: messages up to then are moderated. 0: never. */
  clearedUntil: number
  /** Messages up to `clearedUntil` that were not deleted one by one as well. */
  clearedMessages: number
  /** Of the deletions in this window, those that count in the window of their message. */
  movedDeletions: number
}

/** The state of one channel's window: figures, and what grows with the chat, kept in pages. */
export interface WindowState {
  /** Epoch ms. */
  readonly start: number
  readonly figures: WindowFigures
  readonly coverage: Coverage
  /** Ids of messages and notices, so that each counts once; with a message's time in ms after the window's start. */
  readonly seen: IdSet
  /** What was counted in `lateCount`. */
  readonly lateEvents: IdSet
  readonly firstTimers: IdSet
  /** Ids of deleted messages: those of this window, and those whose deletion came in it and whose message is not known. */
  readonly moderatedMessages: IdSet
  readonly moderatedUsers: IdSet
  readonly chatters: CountTable
  readonly emotes: CountTable
  /** The distinct chatters once `chatters` has forgotten some. */
  sketch: HyperLogLog | undefined
}

export function emptyWindow(start: number): WindowState {
  return {
    start,
    figures: {
      messageCount: 0,
      mirroredCount: 0,
      botMessages: 0,
      subscriberMessages: 0,
      bits: 0,
      notices: new Map(),
      series: new Array<number>(seriesLength).fill(0),
      firstMessageAt: null,
      lastMessageAt: null,
      lateCount: 0,
      invalidTimeCount: 0,
      clearedUntil: 0,
      clearedMessages: 0,
      movedDeletions: 0,
    },
    coverage: new Coverage(),
    seen: IdSet.empty(),
    lateEvents: IdSet.empty(),
    firstTimers: IdSet.empty(),
    moderatedMessages: IdSet.empty(),
    moderatedUsers: IdSet.empty(),
    chatters: new CountTable(maxExactChatters),
    emotes: new CountTable(maxEmotes),
    sketch: undefined,
  }
}

export function uniqueChatters(window: WindowState): number {
  return window.sketch?.estimate() ?? window.chatters.size
}

/** Distinct messages that were deleted, or cleared with the whole chat. */
export function moderatedMessages({ figures, moderatedMessages }: WindowState): number {
  return moderatedMessages.size - figures.movedDeletions + figures.clearedMessages
}

/** Counts a message that belongs to this window and was not seen before. `isBanned`: its author is not to be shown. */
export function countMessage(window: WindowState, id: bigint, message: ChatMessage, isBanned: boolean): void {
  const { figures } = window
  const sinceStartMs = message.timestamp - window.start
  window.seen.add(id, sinceStartMs)
  if (message.timestamp <= figures.clearedUntil && !window.moderatedMessages.has(id))
    figures.clearedMessages++
  figures.messageCount++
  if (message.source_channel_id !== null) figures.mirroredCount++
  if (knownBots.has(message.username)) figures.botMessages++
  if (message.is_subscriber) figures.subscriberMessages++
  figures.bits += message.bits
  if (message.is_first) window.firstTimers.add(hashId(message.user_id))
  const step = Math.floor(sinceStartMs / seriesStepMs)
  figures.series[step] = (figures.series[step] ?? 0) + 1
  figures.firstMessageAt = Math.min(figures.firstMessageAt ?? Infinity, message.timestamp)
  figures.lastMessageAt = Math.max(figures.lastMessageAt ?? 0, message.timestamp)
  countChatter(window, message, isBanned)
  for (const emote of message.emotes) window.emotes.add(emote.id, emote.name)
}

function countChatter(window: WindowState, { user_id, username }: ChatMessage, isBanned: boolean): void {
  const { chatters } = window
  if (window.sketch === undefined && chatters.size >= maxExactChatters && !chatters.has(user_id)) {
    window.sketch = HyperLogLog.empty()
    for (const id of chatters.ids()) window.sketch.add(id)
  }
  window.sketch?.add(user_id)
  chatters.add(user_id, username, isBanned)
}

/** Counts a notice that belongs to this window and was not seen before. */
export function countNotice(window: WindowState, id: bigint, { kind }: Notice): void {
  window.seen.add(id, noMessage)
  const { notices } = window.figures
  const counted = notices.has(kind) || notices.size < maxNoticeKinds ? kind : 'other'
  notices.set(counted, (notices.get(counted) ?? 0) + 1)
}

/** Counts a message of this window as deleted. */
export function deleteMessage(window: WindowState, id: bigint): void {
  if (!window.moderatedMessages.add(id)) return
  const sinceStartMs = window.seen.numberOf(id) ?? noMessage
  if (isCleared(window, sinceStartMs, window.figures.clearedUntil)) window.figures.clearedMessages--
}

/** Counts every message of this window up to `timestamp`, epoch ms, as moderated, also those that are still to come. */
export function clearMessages(window: WindowState, timestamp: number): void {
  const { figures, seen, moderatedMessages } = window
  const before = figures.clearedUntil
  if (timestamp <= before) return
  figures.clearedUntil = timestamp
  for (const [id, sinceStartMs] of seen.entries()) {
    const isNew = isCleared(window, sinceStartMs, timestamp) && !isCleared(window, sinceStartMs, before)
    if (isNew && !moderatedMessages.has(id)) figures.clearedMessages++
  }
}

function isCleared({ start }: WindowState, sinceStartMs: number, clearedUntil: number): boolean {
  return sinceStartMs < noMessage && start + sinceStartMs <= clearedUntil
}
