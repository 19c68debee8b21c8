import type { ChannelState } from '../channel.ts'
import { PageBuffer } from '../collections/page-buffer.ts'
import { PartitionState } from '../partition.ts'
import { readChannel, writeChannel } from './channel-record.ts'
import { checkpointKey, readCheckpoint, revisionBaseOf, writeCheckpoint } from './checkpoint.ts'
import { pageKey, parsePageKey, type PageCounts } from './pages.ts'
import { UnreadableState, type StateRecord } from './state-record.ts'

/** A new owner writes this key to find the end of the records that were committed before; its value has no meaning. */
export const markerKey = 'marker'

type StoredRecords = ReadonlyMap<string, Buffer>

/** The key of a record of a state that cannot be read, and why. */
interface Unreadable {
  key: string
  problem: string
}

export interface Restored {
  log: Changelog
  state: PartitionState
  /** Deletes the records that are no part of the state. */
  tombstones: StateRecord[]
  unreadable: readonly Unreadable[]
  /** Whether a stored state has to be built again from the input. */
  isRebuilt: boolean
}

/** Writes a partition's state as records, and deletes the records that are no longer part of it. */
export class Changelog {
  /** The pages that exist, by the key of the record that names them. */
  readonly #pages: Map<string, PageCounts>
  readonly #buffer = new PageBuffer()

  private constructor(pages: Map<string, PageCounts>) {
    this.#pages = pages
  }

  static empty(): Changelog {
    return new Changelog(new Map())
  }

  /**
   * The changes since the last call, with the input position that they belong to, as records to be written in one transaction.
   * Deterministic. Clears the state's marks of change: after a failed write the owner has to restore.
   */
  takeChanges(state: PartitionState): StateRecord[] {
    const { changed, forgotten } = state.open
    const records: StateRecord[] = []
    for (const id of forgotten) {
      if (this.#pages.has(id)) records.push({ key: id, value: null })
      this.#replacePages(id, undefined, records)
    }
    for (const id of changed) {
      const channel = state.channels.get(id)
      if (channel === undefined) continue
      const written = writeChannel(channel, state.revisionBase, this.#buffer)
      records.push(...written.records)
      this.#replacePages(id, written.counts, records)
    }
    forgotten.clear()
    changed.clear()
    const checkpoint = writeCheckpoint(state, this.#buffer)
    records.push(...checkpoint.records)
    this.#replacePages(checkpointKey, checkpoint.counts, records)
    return records
  }

  /** Deletes the pages that an owner no longer has. */
  #replacePages(owner: string, counts: PageCounts | undefined, records: StateRecord[]): void {
    for (const [prefix, pages] of this.#pages.get(owner) ?? [])
      for (let page = counts?.get(prefix) ?? 0; page < pages; page++)
        records.push({ key: pageKey(prefix, page), value: null })
    if (counts === undefined) this.#pages.delete(owner)
    else this.#pages.set(owner, counts)
  }

  /**
   * Restores a partition's state from the latest record of each key. Without a readable checkpoint, or with a channel missing, the
   * state is empty and begins at offset 0. `tombstones` deletes every record that is no part of it.
   */
  static restore(records: StoredRecords): Restored {
    const unreadable: Unreadable[] = []
    const attempt = <T>(read: () => T): T | undefined => {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof UnreadableState)) throw error
        unreadable.push({ key: error.key, problem: error.message })
        return undefined
      }
    }
    const lookUp = (key: string) => records.get(key)
    const stored = records.get(checkpointKey)
    const checkpoint = stored && attempt(() => readCheckpoint(stored, lookUp))
    if (stored !== undefined && checkpoint === undefined) return startOver(records, unreadable, true)
    const channels: ChannelState[] = []
    const pages = new Map<string, PageCounts>()
    if (checkpoint !== undefined) pages.set(checkpointKey, checkpoint.counts)
    for (const [key, value] of records) {
      if (isPage(key) || key === checkpointKey || key === markerKey) continue
      const read = attempt(() => readChannel(key, value, lookUp))
      if (read === undefined) continue
      channels.push(read.channel)
      pages.set(key, read.counts)
    }
    if (checkpoint !== undefined && channels.length !== checkpoint.channels) {
      const problem = `the state has ${channels.length} channels, expected ${checkpoint.channels}`
      return startOver(records, unreadable.length > 0 ? unreadable : [{ key: checkpointKey, problem }], true)
    }
    unreadable.push(...orphans(records, pages))
    if (checkpoint === undefined) return startOver(records, unreadable, channels.length > 0)
    const state = new PartitionState({ ...checkpoint, channels }, checkpoint.nextOffset)
    const tombstones = unreadable.map(({ key }) => ({ key, value: null }))
    return { log: new Changelog(pages), state, tombstones, unreadable, isRebuilt: false }
  }
}

function isPage(key: string): boolean {
  return key.includes(':')
}

/** The pages that no record names. */
function orphans(records: StoredRecords, pages: ReadonlyMap<string, PageCounts>): Unreadable[] {
  const counts = new Map([...pages.values()].flatMap((counts) => [...counts]))
  const isKnown = (key: string) => {
    const parsed = parsePageKey(key)
    if (parsed === undefined || pageKey(parsed.prefix, parsed.page) !== key) return false
    return parsed.page < (counts.get(parsed.prefix) ?? 0)
  }
  return [...records.keys()]
    .filter((key) => isPage(key) && !isKnown(key))
    .map((key) => ({ key, problem: 'no record names this page' }))
}

/** An empty state in place of one that cannot be used. It keeps the revision base, so that revisions do not decrease. */
function startOver(records: StoredRecords, unreadable: readonly Unreadable[], isRebuilt: boolean): Restored {
  const tombstones = [...records.keys()]
    .filter((key) => key !== markerKey)
    .map((key) => ({ key, value: null }))
  let revisionBase = 0
  for (const [key, value] of records)
    if (!isPage(key)) revisionBase = Math.max(revisionBase, revisionBaseOf(value))
  return {
    log: Changelog.empty(),
    state: new PartitionState({ revisionBase }),
    tombstones,
    unreadable,
    isRebuilt,
  }
}
