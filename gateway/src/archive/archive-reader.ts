import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import {
  isCassandraAway,
  selectPage,
  type SelectedPage,
  type SelectOptions,
} from '@chat-battle/runtime/cassandra/select'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { RequestRefused } from '../refusal.ts'

/** Reads the archive. Rejects with `RequestRefused` while Cassandra is away or has no tables yet, and logs the reason once. */
export class ArchiveReader implements AsyncDisposable {
  readonly #cassandra: CassandraClient
  readonly #logger: Pick<Logger, 'info' | 'warn'>
  #isAway = false

  constructor(cassandra: CassandraClient, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#cassandra = cassandra
    this.#logger = logger
  }

  async page(query: string, values: readonly unknown[], options: SelectOptions): Promise<SelectedPage> {
    try {
      const page = await selectPage(this.#cassandra, query, values, options)
      if (this.#isAway) this.#logger.info('the archive answers again')
      this.#isAway = false
      return page
    } catch (error) {
      if (!isCassandraAway(error)) throw error
      if (!this.#isAway) this.#logger.warn({ err: error, query }, 'the archive does not answer')
      this.#isAway = true
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
