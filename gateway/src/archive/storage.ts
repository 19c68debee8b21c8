import { maxStorageChannels, storageDays, type Storage } from '@chat-battle/contracts/rest/routes/get-storage'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import { SharedAnswer } from '../shared-answer.ts'
import type { ArchiveReader } from './archive-reader.ts'
import { withDeadline } from './with-deadline.ts'

type Archive = Pick<ArchiveReader, 'page'>

const dayMs = 24 * 60 * 60_000
/** An answer is shared by the requests of so long. */
const freshMs = 60_000
const maxReadMs = 10_000
const maxReadsInFlight = 8

const channelsQuery = 'SELECT channel_id FROM channel_names LIMIT ?'
const daysQuery =
  'SELECT channel_id, floor(window_start, 1d) AS day, sum(message_count) AS messages, count(*) AS windows FROM channel_windows WHERE channel_id = ? AND window_start >= ? GROUP BY channel_id, floor(window_start, 1d)'
const tablesQuery = 'SELECT table_name, mebibytes FROM system_views.disk_usage WHERE keyspace_name = ?'
/** A channel has a row per name that it had. */
const namesPerChannel = 4

export interface StorageReaderParts {
  archive: Archive
  keyspace: string
  /** Epoch ms. */
  now: () => number
}

/** Counts what the archive holds per day. Requests share an answer for a minute. */
export class StorageReader {
  readonly #parts: StorageReaderParts
  readonly #answer: SharedAnswer<Storage>

  constructor(parts: StorageReaderParts) {
    this.#parts = parts
    this.#answer = new SharedAnswer((atMs) => this.#readAll(atMs), { freshMs, now: parts.now })
  }

  /** Rejects with `RequestRefused`. */
  read(): Promise<Storage> {
    return this.#answer.get()
  }

  async #readAll(at: number): Promise<Storage> {
    const archive = withDeadline(this.#parts.archive, maxReadMs)
    const [{ ids, cut }, tables] = await Promise.all([readChannels(archive), this.#readTables(archive)])
    const days = new Map<number, { messages: number; windows: number }>()
    const from = new Date(at - (at % dayMs) - (storageDays - 1) * dayMs)
    await inParallel(ids, maxReadsInFlight, async (id) => {
      const { rows } = await archive.page(daysQuery, [id, from], { pageSize: storageDays + 1 })
      for (const row of rows) {
        const known = days.get(Number(row.day)) ?? { messages: 0, windows: 0 }
        known.messages += Number(row.messages ?? 0)
        known.windows += Number(row.windows)
        days.set(Number(row.day), known)
      }
    })
    const listed = [...days]
      .map(([day, counts]) => ({ day, ...counts }))
      .sort((one, other) => other.day - one.day)
    return { at, days: listed.slice(0, storageDays), channels: ids.length, cut, tables }
  }

  /** A role may not be allowed to read the node's own tables. */
  async #readTables(archive: Archive): Promise<Storage['tables']> {
    const found = await archive.page(tablesQuery, [this.#parts.keyspace], { pageSize: 100 }).catch(() => null)
    if (found === null) return null
    return found.rows
      .map((row) => ({ table: String(row.table_name), mebibytes: Number(row.mebibytes) }))
      .sort((one, other) => other.mebibytes - one.mebibytes || (one.table < other.table ? -1 : 1))
  }
}

async function readChannels(archive: Archive): Promise<{ ids: string[]; cut: boolean }> {
  const limit = maxStorageChannels * namesPerChannel
  const { rows } = await archive.page(channelsQuery, [limit], { pageSize: limit })
  const ids = [...new Set(rows.map((row) => String(row.channel_id)))]
  return {
    ids: ids.slice(0, maxStorageChannels),
    cut: ids.length > maxStorageChannels || rows.length === limit,
  }
}
