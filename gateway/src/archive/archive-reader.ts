import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import {
  isCassandraAway,
  selectPage,
  type SelectedPage,
  type SelectOptions,
} from '@chat-battle/runtime/cassandra/select'
import { RequestRefused } from '../refusal.ts'

/** Reads the archive. Rejects with `RequestRefused` while Cassandra is away or has no tables yet. */
export class ArchiveReader implements AsyncDisposable {
  readonly #cassandra: CassandraClient

  constructor(cassandra: CassandraClient) {
    this.#cassandra = cassandra
  }

  async page(query: string, values: readonly unknown[], options: SelectOptions): Promise<SelectedPage> {
    try {
      return await selectPage(this.#cassandra, query, values, options)
    } catch (error) {
      if (!isCassandraAway(error)) throw error
      throw new RequestRefused(
        'archive_unavailable',
        'the archive does not answer; try again in a few seconds',
      )
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cassandra.shutdown()
  }
}
