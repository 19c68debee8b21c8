import { withoutAuthor } from '@chat-battle/contracts/records/anonymise'
import type { ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import { parseChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage } from '@chat-battle/runtime/cassandra/select'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { messagesWhere, withoutAuthorOf, withoutText } from './archived-messages.ts'
import type { ModeratedMoments } from './moderated-moments.ts'
import { RecentModeration } from './recent-moderation.ts'
import { rewriteRows } from './rewrite-rows.ts'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

export interface ModerationParts {
  cassandra: CassandraClient
  /** Undefined: the settings have no secret. Then a removed author's id stays, and nothing else of them. */
  hash: PersonHash | undefined
  /** Archived moments lose the texts as well. */
  moments: Pick<ModeratedMoments, 'remove'>
  onRemoved: (messages: number) => void
}

const moderationPageSize = 1000
const maxLoads = 16

/** Removes the texts of moderated messages from the archive, also of those that arrive after their moderation. */
export class ModerationArchive {
  readonly #parts: ModerationParts
  readonly #recent = new RecentModeration()

  constructor(parts: ModerationParts) {
    this.#parts = parts
  }

  /** Before the rows of a batch are made: learns what the archive and the batch have of moderation. */
  async prepare(records: readonly TopicRecord[], retry: RetryOptions): Promise<void> {
    const unknown = new Map<string, TopicRecord>()
    for (const record of records)
      if (!this.#recent.knows(record.key) && !unknown.has(record.key)) unknown.set(record.key, record)
    const channels = unknown.values()
    const load = async () => {
      for (const record of channels) await this.#load(record, retry)
    }
    await Promise.all(Array.from({ length: maxLoads }, load))
    for (const { event } of moderationIn(records)) this.#recent.note(event.channel_id, [event])
  }

  /** The message as it may be archived. */
  apply(message: ChatMessage): ChatMessage {
    const removal = this.#recent.removalOf(message)
    if (removal === undefined) return message
    if (removal === 'author') return withoutAuthor(message, this.#anonymousId(message.user_id))
    const emotes = message.emotes.map((emote) => ({ ...emote, start: 0, end: 0 }))
    return { ...message, message: '', emotes }
  }

  /** After the rows of a batch were written: removes the texts of the messages that it moderates. */
  async complete(records: readonly TopicRecord[], retry: RetryOptions): Promise<void> {
    for (const { event, record } of moderationIn(records)) {
      // First: a deleted message's author is known by its row.
      await this.#parts.moments.remove(event, record, retry)
      const removed = await this.#remove(event, record.appendedAtMs, retry)
      if (removed > 0) this.#parts.onRemoved(removed)
    }
  }

  /** After a restart, or when the channel was forgotten: its moderation of the record's window and the one before. */
  async #load({ key, value, appendedAtMs }: TopicRecord, retry: RetryOptions): Promise<void> {
    const { cassandra } = this.#parts
    const atMs = timestampOf(value) ?? appendedAtMs
    const query =
      "SELECT event FROM channel_events WHERE channel_id = ? AND window_start = ? AND type = 'moderation' ORDER BY type DESC"
    const events: Moderation[] = []
    for (const start of [windowStart(atMs) - windowMs, windowStart(atMs)]) {
      const page = await untilAnswered(
        () => selectPage(cassandra, query, [key, new Date(start)], { pageSize: moderationPageSize }),
        retry,
      )
      for (const row of page.rows.toReversed()) events.push(...moderationOf(String(row.event)))
    }
    this.#recent.note(key, events)
  }

  async #remove(event: Moderation, notBeforeMs: number, retry: RetryOptions): Promise<number> {
    const { cassandra } = this.#parts
    const { action, channel_id, target_message_id, target_user_id, timestamp } = event
    if (action === 'clear_chat') return await this.#clear(event, notBeforeMs, retry)
    const target = action === 'delete_message' ? target_message_id : target_user_id
    // People who opted out have no text that could be removed.
    if (target === null || isAnonymousId(target)) return 0
    const isDeletion = action === 'delete_message'
    return await rewriteRows(
      cassandra,
      messagesWhere(isDeletion ? 'message_id = ?' : 'user_id = ?', [target], notBeforeMs),
      (row) => {
        const isReached = isDeletion || Number(row.timestamp) <= timestamp
        if (row.channel_id !== channel_id || !isReached) return undefined
        return withoutAuthorOf(row, this.#anonymousId(String(row.user_id ?? '')))
      },
      retry,
    )
  }

  /** As in the statistics, clearing the chat reaches the window of the event and the one before. */
  async #clear(
    { channel_id, timestamp }: Moderation,
    notBeforeMs: number,
    retry: RetryOptions,
  ): Promise<number> {
    let removed = 0
    for (const start of [windowStart(timestamp), windowStart(timestamp) - windowMs]) {
      const values = [channel_id, new Date(start), new Date(timestamp)]
      removed += await rewriteRows(
        this.#parts.cassandra,
        messagesWhere('channel_id = ? AND window_start = ? AND timestamp <= ?', values, notBeforeMs),
        (row) => (row.message === '' ? undefined : withoutText(row)),
        retry,
      )
    }
    return removed
  }

  #anonymousId(userId: string): string {
    return isAnonymousId(userId) ? userId : (this.#parts.hash?.anonymousId(userId) ?? userId)
  }
}

const moderationMark = '"type":"moderation"'

/** The moderation among records. Those that cannot be decoded are dead letters where their rows are made. */
function moderationIn(records: readonly TopicRecord[]): { event: Moderation; record: TopicRecord }[] {
  return records.flatMap((record) => {
    if (!record.value?.includes(moderationMark)) return []
    return moderationOf(record.value.toString()).map((event) => ({ event, record }))
  })
}

function moderationOf(json: string): Moderation[] {
  try {
    const event = parseChatEvent(JSON.parse(json))
    return event.type === 'moderation' ? [event] : []
  } catch {
    return []
  }
}

function timestampOf(value: Buffer | null): number | undefined {
  const found = /"timestamp":([0-9]{1,16})[,}]/.exec(value?.toString() ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}
