import { withoutAuthor } from '@chat-battle/contracts/records/anonymise'
import type { ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import { parseChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage } from '@chat-battle/runtime/cassandra/select'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { MessageRemoval } from './message-removal.ts'
import type { ModeratedMoments } from './moderated-moments.ts'
import { RecentModeration } from './recent-moderation.ts'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

export interface ModerationParts {
  cassandra: CassandraClient
  /** Undefined: the settings have no secret. Then a removed author's id stays, and nothing else of them. */
  hash: PersonHash | undefined
  /** Archived moments lose the texts as well. */
  moments: Pick<ModeratedMoments, 'has' | 'remove'>
  onRemoved: (messages: number) => void
}

const moderationPageSize = 1000
/** Channels that are read, and events whose messages lose their text, at the same time. */
const maxInFlight = 16

/** Removes the texts of moderated messages from the archive, also of those that arrive after their moderation. */
export class ModerationArchive {
  readonly #parts: ModerationParts
  readonly #recent = new RecentModeration()
  readonly #rows: MessageRemoval

  constructor(parts: ModerationParts) {
    this.#parts = parts
    this.#rows = new MessageRemoval(parts.cassandra, parts.hash)
  }

  /** Before the rows of a batch are made: learns what the archive and the batch have of moderation. */
  async prepare(records: readonly TopicRecord[], retry: RetryOptions): Promise<void> {
    const unknown = new Map<string, TopicRecord>()
    for (const record of records)
      if (!this.#recent.knows(record.key) && !unknown.has(record.key)) unknown.set(record.key, record)
    await inParallel(unknown.values(), maxInFlight, (record) => this.#load(record, retry))
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
    const { moments, onRemoved } = this.#parts
    const moderation = latestOf(moderationIn(records))
    // First: a deleted message's author is known by its row.
    const inMoments: Moderated[] = []
    await inParallel(moderation, maxInFlight, async (each) => {
      if (await moments.has(each.event, retry)) inMoments.push(each)
    })
    // Two may change the same moment.
    for (const { event, record } of inMoments) await moments.remove(event, record, retry)
    await inParallel(moderation, maxInFlight, async ({ event, record }) => {
      const removed = await this.#rows.remove(event, record.appendedAtMs, retry)
      if (removed > 0) onRemoved(removed)
    })
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

  #anonymousId(userId: string): string {
    return isAnonymousId(userId) ? userId : (this.#parts.hash?.anonymousId(userId) ?? userId)
  }
}

interface Moderated {
  readonly event: Moderation
  readonly record: TopicRecord
}

/** Without those that a later one of the same person in the same channel includes. */
function latestOf(moderation: readonly Moderated[]): Moderated[] {
  const latest = new Map<string, Moderated>()
  for (const each of moderation) {
    const { action, channel_id, target_message_id, target_user_id, timestamp } = each.event
    const key = `${channel_id} ${action} ${target_message_id ?? target_user_id ?? timestamp}`
    const known = latest.get(key)
    if (known === undefined || known.event.timestamp <= timestamp) latest.set(key, each)
  }
  return [...latest.values()]
}

const moderationMark = '"type":"moderation"'

/** The moderation among records. Those that cannot be decoded are dead letters where their rows are made. */
function moderationIn(records: readonly TopicRecord[]): Moderated[] {
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
