import type { ChatMessages, RemovedMessages } from '@chat-battle/contracts/live/down'
import { maxKeptMessages } from '@chat-battle/contracts/live/up'
import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent, ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { HiddenMessages } from './hidden-messages.ts'
import { Recent } from '../collections/recent.ts'

/** Removals that a slow reader may be behind. A slower one is told to remove everything. */
export const maxKeptRemovals = 1000
/** Bounds the memory of a channel whose messages are all as large as messages can be. */
const maxKeptBytes = 512 * 1024
/** Ids of messages that would be duplicates. */
const maxSeen = 1000
const bytesPerMessage = 512
const bytesPerEmote = 100

/** How far a reader of a log is. */
export interface Position {
  readonly messages: number
  readonly removals: number
}

/** What a reader at a position does not have. In this order: `removed`, then `messages`. */
export interface Update {
  removed: RemovedMessages | undefined
  messages: ChatMessages | undefined
}

interface Kept {
  readonly order: number
  readonly bytes: number
  event: ChatMessage
  shown: ShownMessage
}

type Removal = { message: string } | { user: string } | 'all'

/** The newest messages of one channel, without what moderation removed, and what was removed lately. */
export class ChatLog {
  readonly #channelId: string
  readonly #people: OptedOut
  readonly #hidden = new HiddenMessages()
  readonly #seen = new Recent<true>(maxSeen)
  #kept: Kept[] = []
  #keptBytes = 0
  /** The orders of removed messages, so that they do not count as skipped. */
  #removedOrders: number[] = []
  #removals: Removal[] = []
  #end: Position = { messages: 0, removals: 0 }

  constructor(channelId: string, people: OptedOut) {
    this.#channelId = channelId
    this.#people = people
  }

  get end(): Position {
    return this.#end
  }

  /** Before every kept message. */
  get start(): Position {
    return { messages: this.#kept[0]?.order ?? this.#end.messages, removals: this.#end.removals }
  }

  /** Returns whether readers have to be told. */
  apply(event: ChatEvent): boolean {
    if (event.type === 'message') return this.#add(anonymise(event, this.#people))
    if (event.type !== 'moderation') return false
    this.#hidden.add(event)
    return this.#moderate(event)
  }

  /** Applies a change of who opted out to what is kept. Returns whether readers have to be told. */
  forgetOptedOut(): boolean {
    const users = new Set<string>()
    for (const kept of this.#kept) {
      const event = anonymise(kept.event, this.#people)
      if (event === kept.event) continue
      const shown = toShownMessage(event)
      if (shown === undefined) users.add(kept.event.user_id)
      else Object.assign(kept, { event, shown })
    }
    for (const user of users) this.#remove({ user }, ({ event }) => event.user_id === user)
    return users.size > 0
  }

  /** Undefined: the reader has everything. */
  since(position: Position): Update | undefined {
    const missed = this.#end.removals - position.removals
    const isLost = missed > this.#removals.length
    const removals = missed === 0 ? [] : isLost ? (['all'] as const) : this.#removals.slice(-missed)
    const from = isLost ? 0 : position.messages
    const messages = this.#kept.filter(({ order }) => order >= from).map(({ shown }) => shown)
    const skipped = this.#skipped(position)
    if (messages.length === 0 && removals.length === 0 && skipped === 0) return undefined
    return {
      removed: removals.length === 0 ? undefined : this.#toEvent(removals),
      messages:
        messages.length === 0 && skipped === 0
          ? undefined
          : { channel_id: this.#channelId, messages, skipped },
    }
  }

  #add(event: ChatMessage): boolean {
    if (this.#seen.has(event.message_id)) return false
    this.#seen.set(event.message_id, true)
    const shown = this.#hidden.hides(event) ? undefined : toShownMessage(event)
    if (shown === undefined) return false
    const bytes = bytesPerMessage + 2 * event.message.length + bytesPerEmote * event.emotes.length
    this.#kept.push({ order: this.#end.messages, bytes, event, shown })
    this.#keptBytes += bytes
    this.#end = { ...this.#end, messages: this.#end.messages + 1 }
    while (this.#kept.length > maxKeptMessages || this.#keptBytes > maxKeptBytes)
      this.#keptBytes -= this.#kept.shift()?.bytes ?? 0
    return true
  }

  #moderate({ action, target_message_id, target_user_id }: Moderation): boolean {
    if (action === 'clear_chat') this.#remove('all', () => true)
    else if (action === 'delete_message') return this.#delete(target_message_id)
    else if (target_user_id !== null)
      this.#remove({ user: target_user_id }, ({ event }) => event.user_id === target_user_id)
    else return false
    return true
  }

  /** A mirrored message is also deleted by its id in the source channel. */
  #delete(id: string | null): boolean {
    if (id === null) return false
    const mirrored = this.#kept.filter(({ event }) => event.source_message_id === id)
    for (const message of [id, ...mirrored.map(({ event }) => event.message_id)])
      this.#remove({ message }, ({ event }) => event.message_id === message)
    return true
  }

  #remove(removal: Removal, isRemoved: (kept: Kept) => boolean): void {
    const removed = this.#kept.filter(isRemoved)
    this.#kept = this.#kept.filter((kept) => !removed.includes(kept))
    this.#keptBytes -= removed.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#removedOrders = [...this.#removedOrders, ...removed.map(({ order }) => order)].slice(
      -maxKeptRemovals,
    )
    this.#removals = [...this.#removals, removal].slice(-maxKeptRemovals)
    this.#end = { ...this.#end, removals: this.#end.removals + 1 }
  }

  /** Messages behind a position that are neither kept nor removed. */
  #skipped({ messages }: Position): number {
    const isBehind = (order: number) => order >= messages
    const kept = this.#kept.filter(({ order }) => isBehind(order)).length
    return this.#end.messages - messages - kept - this.#removedOrders.filter(isBehind).length
  }

  #toEvent(removals: readonly Removal[]): RemovedMessages {
    const isAll = removals.includes('all')
    const rest = isAll ? [] : removals
    return {
      channel_id: this.#channelId,
      message_ids: rest.flatMap((removal) => (isMessage(removal) ? removal.message : [])),
      user_ids: [...new Set(rest.flatMap((removal) => (isUser(removal) ? removal.user : [])))],
      all: isAll,
    }
  }
}

function isMessage(removal: Removal): removal is { message: string } {
  return typeof removal === 'object' && 'message' in removal
}

function isUser(removal: Removal): removal is { user: string } {
  return typeof removal === 'object' && 'user' in removal
}
