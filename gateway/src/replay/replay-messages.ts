import type { ChatMessages } from '@chat-battle/contracts/live/down'
import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { messageOf, shownColumns } from '../archive/message-rows.ts'

const maxMessagesPerEvent = 200
const rowsPerPage = 1000
/** After a jump the messages of so long before are sent, as far as there is place. */
const beforeJumpMs = 60_000

const query = `SELECT ${shownColumns.join(', ')} FROM raw_chat_messages WHERE channel_id = ? AND window_start = ? AND timestamp > ? AND timestamp <= ?`

/**
 * The texts of a channel in a replay. They are read from the archive when they are due and not kept, so a text that is removed from
 * the archive is not sent any more.
 */
export class ReplayMessages {
  readonly #archive: Pick<ArchiveReader, 'page'>
  readonly #channelId: string
  #sentToMs = 0

  constructor(archive: Pick<ArchiveReader, 'page'>, channelId: string) {
    this.#archive = archive
    this.#channelId = channelId
  }

  jump(toMs: number): void {
    this.#sentToMs = Math.max(0, toMs - beforeJumpMs)
  }

  /** The messages that were sent up to `toMs` and are not returned yet; undefined: there are none. */
  async take(toMs: number): Promise<ChatMessages | undefined> {
    if (toMs <= this.#sentToMs) return undefined
    const newestFirst: ShownMessage[] = []
    let skipped = 0
    for (let start = windowStart(toMs); start + windowMs > this.#sentToMs + 1; start -= windowMs) {
      const values = [this.#channelId, start, this.#sentToMs, toMs]
      const times = values.map((value) => (typeof value === 'number' ? new Date(value) : value))
      let pageState: string | undefined
      do {
        const page = await this.#archive.page(query, times, { pageSize: rowsPerPage, pageState })
        for (const row of page.rows) {
          const message = messageOf(row)
          if (message === undefined || message.message === '') continue
          const shown = toShownMessage(message)
          if (shown === undefined) continue
          if (newestFirst.length < maxMessagesPerEvent) newestFirst.push(shown)
          else skipped++
        }
        pageState = page.pageState
      } while (pageState !== undefined)
    }
    this.#sentToMs = toMs
    if (newestFirst.length === 0) return undefined
    return { channel_id: this.#channelId, messages: newestFirst.reverse(), skipped }
  }
}
