import type { SelectedPage } from '@chat-battle/runtime/cassandra/select'
import type { ArchiveReader } from './archive-reader.ts'

export interface Query {
  readonly query: string
  readonly values: readonly unknown[]
}

/** The pages of a query. The first is read at once, and each further one while the one before it is used: two are in memory at most. */
export class Pages {
  readonly #archive: Pick<ArchiveReader, 'page'>
  readonly #query: Query
  readonly #pageSize: number
  #next: Promise<SelectedPage> | undefined

  constructor(archive: Pick<ArchiveReader, 'page'>, query: Query, pageSize: number) {
    this.#archive = archive
    this.#query = query
    this.#pageSize = pageSize
    this.#next = this.#read(undefined)
  }

  /** Undefined: there is no further page. Rejects with `RequestRefused`. */
  async next(): Promise<SelectedPage | undefined> {
    const page = await this.#next
    this.#next = page?.pageState === undefined ? undefined : this.#read(page.pageState)
    return page
  }

  #read(pageState: string | undefined): Promise<SelectedPage> {
    const { query, values } = this.#query
    const reading = this.#archive.page(query, values, { pageSize: this.#pageSize, pageState })
    // A page that fails may never be asked for.
    reading.catch(() => undefined)
    return reading
  }
}
