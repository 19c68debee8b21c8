import type { ChatMessage, Moderation, Notice } from '@chat-battle/contracts/chat-event'
import { seriesLength, seriesStepMs } from '@chat-battle/contracts/window'
import { knownBots } from '@chat-battle/contracts/known-bots'
import { CountTable } from './count-table.ts'
import { DistinctSketch } from './distinct-sketch.ts'
import { IdSet } from './id-set.ts'

/** Up to here chatters are counted exactly, above by a sketch. */
export const maxExactChatters = 20_000
export const maxEmotes = 5000
/** Kinds of notices counted by name; what Twitch invents beyond them counts as `other`. */
const maxNoticeKinds = 64

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
}

/** The state of one channel's window: figures, and what grows with the chat, kept in pages. */
export interface WindowState {
  /** Epoch ms. */
  readonly start: number
  readonly figures: WindowFigures
  /** Ids of messages and notices, so that each counts once however often it arrives. */
  readonly seen: IdSet
  readonly firstTimers: IdSet
  readonly moderatedMessages: IdSet
  readonly moderatedUsers: IdSet
  readonly chatters: CountTable
  readonly emotes: CountTable
  /** The distinct chatters once `chatters` has forgotten some. */
  sketch: DistinctSketch | undefined
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
    },
    seen: IdSet.empty(),
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

/** Counts a message that belongs to this window and was not seen before. */
export function countMessage(window: WindowState, message: ChatMessage): void {
  const { figures } = window
  figures.messageCount++
  if (message.source_channel_id !== null) figures.mirroredCount++
  if (knownBots.has(message.username)) figures.botMessages++
  if (message.is_subscriber) figures.subscriberMessages++
  figures.bits += message.bits
  if (message.is_first) window.firstTimers.add(message.user_id)
  const step = Math.floor((message.timestamp - window.start) / seriesStepMs)
  figures.series[step] = (figures.series[step] ?? 0) + 1
  figures.firstMessageAt = Math.min(figures.firstMessageAt ?? Infinity, message.timestamp)
  figures.lastMessageAt = Math.max(figures.lastMessageAt ?? 0, message.timestamp)
  countChatter(window, message)
  for (const emote of message.emotes) window.emotes.add(emote.id, emote.name)
}

function countChatter(window: WindowState, { user_id, username }: ChatMessage): void {
  const { chatters } = window
  if (window.sketch === undefined && chatters.size >= maxExactChatters && !chatters.has(user_id)) {
    window.sketch = DistinctSketch.empty()
    for (const id of chatters.ids()) window.sketch.add(id)
  }
  window.sketch?.add(user_id)
  chatters.add(user_id, username, window.moderatedUsers.size > 0 && window.moderatedUsers.has(user_id))
}

/** Counts a notice that belongs to this window and was not seen before. */
export function countNotice(window: WindowState, { kind }: Notice): void {
  const { notices } = window.figures
  const counted = notices.has(kind) || notices.size < maxNoticeKinds ? kind : 'other'
  notices.set(counted, (notices.get(counted) ?? 0) + 1)
}

/** Counts a moderation: distinct targets, whatever the order in which it and its target's messages come. */
export function countModeration(window: WindowState, event: Moderation): void {
  if (event.action === 'delete_message') {
    if (event.target_message_id !== null) window.moderatedMessages.add(event.target_message_id)
  } else if (event.target_user_id !== null) {
    window.moderatedUsers.add(event.target_user_id)
    window.chatters.exclude(event.target_user_id)
  }
}
