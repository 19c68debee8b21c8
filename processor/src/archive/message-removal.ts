import type { Moderation } from '@chat-battle/contracts/records/chat-event'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { messagesWhere, withoutAuthorOf, withoutText } from './archived-messages.ts'
import { rewriteRows, type RowChange } from './rewrite-rows.ts'
import type { RetryOptions } from './until-answered.ts'

/** People whose removal is remembered. The oldest are forgotten first. */
const maxRemoved = 50_000
/** Between two removals of a person that are further apart, all rows are searched. */
const maxWindows = 36

/** Removes the texts of moderated messages from rows that the archive has. */
export class MessageRemoval {
  readonly #cassandra: CassandraClient
  readonly #hash: PersonHash | undefined
  /** By channel and person: every row up to then, epoch ms, has been rewritten. */
  readonly #removedUntilMs = new Map<string, number>()

  constructor(cassandra: CassandraClient, hash: PersonHash | undefined) {
    this.#cassandra = cassandra
    this.#hash = hash
  }

  /** Returns how many messages lost their text. Running it again changes nothing more. */
  async remove(event: Moderation, notBeforeMs: number, retry: RetryOptions): Promise<number> {
    const { action, target_message_id, target_user_id } = event
    if (action === 'clear_chat') return await this.#clear(event, notBeforeMs, retry)
    if (action === 'delete_message') {
      if (target_message_id === null) return 0
      const rows = messagesWhere('message_id = ?', [target_message_id], notBeforeMs)
      return await rewriteRows(this.#cassandra, rows, this.#withoutAuthor(event, Infinity), retry)
    }
    // Who opted out has no text that could be removed.
    if (target_user_id === null || isAnonymousId(target_user_id)) return 0
    return await this.#removePerson(event, target_user_id, notBeforeMs, retry)
  }

  /**
   * The rows that an earlier removal rewrote stay in the index until they are compacted. So a person who is timed out again and again is
   * searched in the windows since only.
   */
  async #removePerson(
    event: Moderation,
    userId: string,
    notBeforeMs: number,
    retry: RetryOptions,
  ): Promise<number> {
    const { channel_id, timestamp } = event
    const key = `${channel_id} ${userId}`
    const sinceMs = this.#removedUntilMs.get(key)
    const isRecent = sinceMs !== undefined && timestamp - sinceMs < maxWindows * windowMs
    const clauses = isRecent
      ? windowsBetween(sinceMs, timestamp).map((start) =>
          messagesWhere(
            'channel_id = ? AND window_start = ? AND user_id = ?',
            [channel_id, new Date(start), userId],
            notBeforeMs,
          ),
        )
      : [messagesWhere('user_id = ?', [userId], notBeforeMs)]
    const change = this.#withoutAuthor(event, timestamp)
    let removed = 0
    for (const rows of clauses) removed += await rewriteRows(this.#cassandra, rows, change, retry)
    this.#removedUntilMs.delete(key)
    this.#removedUntilMs.set(key, Math.max(timestamp, sinceMs ?? 0))
    const [oldest] = this.#removedUntilMs.keys()
    if (this.#removedUntilMs.size > maxRemoved && oldest !== undefined) this.#removedUntilMs.delete(oldest)
    return removed
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
        this.#cassandra,
        messagesWhere('channel_id = ? AND window_start = ? AND timestamp <= ?', values, notBeforeMs),
        (row) => (row.message === '' ? undefined : withoutText(row)),
        retry,
      )
    }
    return removed
  }

  /** Of the event's channel, up to `untilMs`, epoch ms. */
  #withoutAuthor({ channel_id }: Moderation, untilMs: number): RowChange {
    return (row) => {
      if (row.channel_id !== channel_id || Number(row.timestamp) > untilMs) return undefined
      const userId = String(row.user_id ?? '')
      return withoutAuthorOf(row, this.#hash?.anonymousId(userId) ?? userId)
    }
  }
}

/** The starts of the windows from one time to another, both included; none where the second is the earlier. */
function windowsBetween(fromMs: number, toMs: number): number[] {
  const starts: number[] = []
  for (let start = windowStart(fromMs); start <= toMs; start += windowMs) starts.push(start)
  return starts
}
