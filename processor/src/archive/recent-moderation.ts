import type { ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'

/** Deletions and bans that are remembered of one channel, and of all. The oldest are forgotten first. */
const maxPerChannel = 1000
const maxEntries = 100_000

/** `author`: text and author are removed. `text`: the text is. */
export type Removal = 'author' | 'text'

interface ChannelModeration {
  readonly deletedIds: Set<string>
  /** Until when the messages of a person are removed, epoch ms, by user id. */
  readonly bannedUntilMs: Map<string, number>
  clearedUntilMs: number
}

/** Recent moderation, so that a message that arrives after its own deletion is not archived with its text. */
export class RecentModeration {
  /** The channel with the oldest use first. */
  readonly #channels = new Map<string, ChannelModeration>()
  #entries = 0

  knows(channelId: string): boolean {
    return this.#channels.has(channelId)
  }

  /** Notes an event, or with none that the channel is known. */
  note(channelId: string, events: readonly Moderation[]): void {
    const channel = this.#channels.get(channelId) ?? {
      deletedIds: new Set(),
      bannedUntilMs: new Map(),
      clearedUntilMs: -1,
    }
    const before = sizeOf(channel)
    for (const event of events) add(channel, event)
    this.#entries += sizeOf(channel) - (this.#channels.has(channelId) ? before : 0)
    this.#channels.delete(channelId)
    this.#channels.set(channelId, channel)
    this.#evict(channelId)
  }

  /** The part of a message that noted moderation removes; undefined: nothing. */
  removalOf({ channel_id, message_id, user_id, timestamp }: ChatMessage): Removal | undefined {
    const channel = this.#channels.get(channel_id)
    if (channel === undefined) return undefined
    if (channel.deletedIds.has(message_id)) return 'author'
    if (timestamp <= (channel.bannedUntilMs.get(user_id) ?? -1)) return 'author'
    return timestamp <= channel.clearedUntilMs ? 'text' : undefined
  }

  #evict(newest: string): void {
    for (const [id, channel] of this.#channels) {
      if (this.#entries <= maxEntries || id === newest) return
      this.#channels.delete(id)
      this.#entries -= sizeOf(channel)
    }
  }
}

/** A channel takes room even without any moderation. */
function sizeOf({ deletedIds, bannedUntilMs }: ChannelModeration): number {
  return 1 + deletedIds.size + bannedUntilMs.size
}

function add(channel: ChannelModeration, event: Moderation): void {
  const { action, target_message_id, target_user_id, timestamp } = event
  if (action === 'clear_chat') channel.clearedUntilMs = Math.max(channel.clearedUntilMs, timestamp)
  else if (target_message_id !== null) {
    channel.deletedIds.add(target_message_id)
    dropOldest(channel.deletedIds)
  } else if (target_user_id !== null) {
    const untilMs = Math.max(timestamp, channel.bannedUntilMs.get(target_user_id) ?? 0)
    channel.bannedUntilMs.delete(target_user_id)
    channel.bannedUntilMs.set(target_user_id, untilMs)
    dropOldest(channel.bannedUntilMs)
  }
}

function dropOldest(entries: Set<string> | Map<string, unknown>): void {
  const [oldest] = entries.keys()
  if (entries.size > maxPerChannel && oldest !== undefined) entries.delete(oldest)
}
