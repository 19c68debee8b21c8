import { joinMoment, splitMoment } from '@chat-battle/contracts/archive/moment-row'
import type { Moderation } from '@chat-battle/contracts/records/chat-event'
import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { selectPage, type SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { laterThan, updateRow } from '@chat-battle/runtime/cassandra/update'
import type { KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { stripMoment, type Removed } from '@chat-battle/statistics/moments/strip-moment'
import { untilAnswered, type RetryOptions } from './until-answered.ts'

/** The figures of a moment are final this long after its end, channel time. The statistics have those that ended later. */
const settledMs = 2 * 60_000
const maxMomentMs = 5 * 60_000
const momentsPerPage = 100
const columns = 'channel_id, start, figures, texts, WRITETIME(texts) AS written, TTL(texts) AS ttl'

/** Moments that a clause finds, and the texts that they lose. */
interface Reached {
  readonly where: string
  readonly values: readonly unknown[]
  readonly removed: Removed
  /** Epoch ms: those that ended before stay. */
  readonly endedFromMs: number
}

/**
 * Removes moderated texts from archived moments and from their topic. Each new record is written to the topic first, and its row with
 * a later time: so the row of a record before never replaces it, and the texts that stay expire when they would have.
 */
export class ModeratedMoments {
  readonly #cassandra: CassandraClient
  readonly #producer: Pick<KafkaProducer, 'send'>
  readonly #topic: string

  constructor(cassandra: CassandraClient, producer: Pick<KafkaProducer, 'send'>, topic: string) {
    this.#cassandra = cassandra
    this.#producer = producer
    this.#topic = topic
  }

  /** Whether an archived moment has a text that the event removes. To be called while the archive has the author of a deleted message. */
  async has(event: Moderation, options: RetryOptions): Promise<boolean> {
    for await (const _ of this.#losing(event, options)) return true
    return false
  }

  /** As `has`. Running it again changes nothing more. */
  async remove(event: Moderation, { offset }: TopicRecord, options: RetryOptions): Promise<void> {
    for await (const { row, left } of this.#losing(event, options)) {
      const revision = Math.max(left.revision, Number(offset)) + 1
      await this.#replace(row, { ...left, revision }, options)
    }
  }

  /** The rows that lose a text, and each moment without it. */
  async *#losing(
    event: Moderation,
    options: RetryOptions,
  ): AsyncGenerator<{ row: SelectedRow; left: MomentRecord }> {
    const reached = await this.#reachedBy(event, options)
    if (reached === undefined) return
    const query = `SELECT ${columns} FROM channel_moments WHERE ${reached.where}`
    let pageState: string | undefined
    do {
      const page = await untilAnswered(
        () => selectPage(this.#cassandra, query, reached.values, { pageSize: momentsPerPage, pageState }),
        options,
      )
      for (const row of page.rows) {
        const left = withoutTexts(row, event, reached)
        if (left !== undefined) yield { row, left }
      }
      await options.keepAlive()
      pageState = page.pageState
    } while (pageState !== undefined)
  }

  async #reachedBy(event: Moderation, options: RetryOptions): Promise<Reached | undefined> {
    const { action, channel_id, target_message_id, target_user_id, timestamp } = event
    if (action === 'clear_chat') {
      const fromMs = windowStart(timestamp) - windowMs
      return {
        where: 'channel_id = ? AND start >= ? AND start <= ?',
        values: [channel_id, new Date(fromMs - maxMomentMs), new Date(timestamp)],
        removed: 'all',
        endedFromMs: fromMs,
      }
    }
    const isDeletion = action === 'delete_message'
    const userId =
      isDeletion && target_message_id !== null
        ? await this.#authorOf(target_message_id, options)
        : target_user_id
    if (userId === null || isAnonymousId(userId)) return undefined
    return {
      where: 'channel_id = ? AND people CONTAINS ?',
      values: [channel_id, userId],
      removed: isDeletion && target_message_id !== null ? { messageId: target_message_id } : { userId },
      endedFromMs: 0,
    }
  }

  async #authorOf(messageId: string, options: RetryOptions): Promise<string | null> {
    const query = 'SELECT user_id FROM raw_chat_messages WHERE message_id = ?'
    const { rows } = await untilAnswered(
      () => selectPage(this.#cassandra, query, [messageId], { pageSize: 1 }),
      options,
    )
    const userId = rows[0]?.user_id
    return typeof userId === 'string' ? userId : null
  }

  async #replace(row: SelectedRow, record: MomentRecord, options: RetryOptions): Promise<void> {
    const messages = [{ key: momentKey(record), value: JSON.stringify(record) }]
    const [written] = await this.#producer.send({ topic: this.#topic, messages, acks: -1 })
    const appendedAtMs = Number(written?.logAppendTime)
    const { texts, people } = splitMoment(record)
    const key = { channel_id: row.channel_id, start: row.start }
    const times = {
      writtenAtUs: laterThan(Number(row.written ?? 0), appendedAtMs * 1000 + 1),
      ttlS: row.ttl === null || row.ttl === undefined ? null : Number(row.ttl),
    }
    await untilAnswered(
      () => updateRow(this.#cassandra, 'channel_moments', key, { texts, people }, times),
      options,
    )
  }
}

/** The moment of a row without what moderation removes; undefined: it has none of it, or is not settled yet. */
function withoutTexts(
  { figures, texts }: SelectedRow,
  { timestamp }: Moderation,
  { removed, endedFromMs }: Reached,
): MomentRecord | undefined {
  if (typeof figures !== 'string' || typeof texts !== 'string') return undefined
  const moment = joinMoment(figures, texts)
  const { end } = moment
  if (end === null || end < endedFromMs || end + settledMs > timestamp) return undefined
  return stripMoment(moment, removed)
}
