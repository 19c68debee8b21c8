import type { ChatMessages } from '@chat-battle/contracts/live/down'
import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { messageOf, shownColumns } from '../archive/message-rows.ts'

const maxMessagesPerEvent = 200
const rowsPerPage = 1000

const query = `SELECT ${shownColumns.join(', ')} FROM raw_chat_messages WHERE channel_id = ? AND window_start = ? AND timestamp > ? AND timestamp <= ?`

/**
 * The texts of a channel in a replay. They are read from the archive when they are due and not kept, so a text that is removed from
 * the archive is not sent any more.
 */
export class ReplayMessages {
  readonly #archive: Pick<ArchiveReader, 'page'>
  readonly #channelId: string

  constructor(archive: Pick<ArchiveReader, 'page'>, channelId: string) {
    this.#archive = archive
    this.#channelId = channelId
  }

  /** The messages after `sinceMs` and up to `toMs`; undefined: there are none. Throws `RequestRefused`. */
  async between(sinceMs: number, toMs: number): Promise<ChatMessages | undefined> {
    const newestFirst: ShownMessage[] = []
    let skipped = 0
    for (let start = windowStart(toMs); start + windowMs > sinceMs + 1; start -= windowMs) {
      const values = [this.#channelId, start, sinceMs, toMs]
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
    if (newestFirst.length === 0) return undefined
    return { channel_id: this.#channelId, messages: newestFirst.reverse(), skipped }
  }
}
