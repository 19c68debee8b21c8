import type { ChannelState } from '../channel.ts'
import {
  checkpointKey,
  checkpointRecords,
  finalKey,
  finalPageKeys,
  readCheckpoint,
  revisionBaseOf,
} from './checkpoint.ts'
import { PartitionState } from '../partition.ts'
import { channelKeys, channelRecords, restoreChannel } from './snapshot.ts'
import { UnreadableState, type StateRecord } from './state-pages.ts'

/** Written by a new owner to find the end of what was committed before; carries nothing. */
export const markerKey = 'marker'

/** A record of a state that cannot be understood, by its key. */
interface Unreadable {
  key: string
  problem: string
}

export interface Restored {
  log: Changelog
  state: PartitionState
  tombstones: StateRecord[]
  unreadable: readonly Unreadable[]
  /** Whether there was a state that is to be built again from the input. */
  isRebuilt: boolean
}

/** Which keys of a partition's state are alive, so that what is no longer part of it gets deleted. */
export class Changelog {
  /** By the record that counts them: a channel's, or `finalKey` for those of the checkpoint. */
  readonly #keys: Map<string, Set<string>>

  private constructor(keys: Map<string, Set<string>>) {
    this.#keys = keys
  }

  static empty(): Changelog {
    return new Changelog(new Map())
  }

  /**
   * What has changed since the last call, with the position that it belongs to, as records to be written at once.
   * Deterministic, and takes the state's marks of change with it: a failed write is mended by restoring.
   */
  takeChanges(state: PartitionState): StateRecord[] {
    const records: StateRecord[] = []
    for (const id of state.forgotten) {
      for (const key of this.#keys.get(id) ?? []) records.push({ key, value: null })
      this.#keys.delete(id)
    }
    for (const id of state.dirty) {
      const channel = state.channels.get(id)
      if (channel === undefined) continue
      records.push(...channelRecords(channel, state.revisionBase))
      records.push(...this.#replace(id, channelKeys(channel)))
    }
    state.forgotten.clear()
    state.dirty.clear()
    records.push(...this.#replace(finalKey, finalPageKeys(state.finalWindows)))
    records.push(...checkpointRecords(state))
    return records
  }

  /** Deletes the keys that an owner had and no longer has. */
  #replace(owner: string, keys: Set<string>): StateRecord[] {
    const gone = [...(this.#keys.get(owner) ?? [])].filter((key) => !keys.has(key))
    this.#keys.set(owner, keys)
    return gone.map((key) => ({ key, value: null }))
  }

  /**
   * Restores a partition's state from the latest record of each key. Without a checkpoint, with one that cannot be read, or
   * where a channel is missing, the state is empty and begins at offset 0. What is no part of it is deleted by `tombstones`.
   */
  static restore(records: ReadonlyMap<string, Buffer>): Restored {
    const stored = records.get(checkpointKey)
    const unreadable: Unreadable[] = []
    const readable = <T>(read: () => T): T | undefined => {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof UnreadableState)) throw error
        unreadable.push({ key: error.key, problem: error.message })
        return undefined
      }
    }
    const lookUp = (key: string) => records.get(key)
    const position = stored && readable(() => readCheckpoint(stored, lookUp))
    if (stored !== undefined && position === undefined) return anew(records, unreadable, true)
    const channels: ChannelState[] = []
    const keys = new Map<string, Set<string>>()
    if (position !== undefined) keys.set(finalKey, finalPageKeys(position.finalWindows))
    for (const [key, value] of records) {
      if (isPage(key) || key === checkpointKey || key === markerKey) continue
      const channel = readable(() => restoreChannel(key, value, lookUp))
      if (channel === undefined) continue
      channels.push(channel)
      keys.set(key, channelKeys(channel))
    }
    if (position !== undefined && channels.length !== position.channels) {
      const problem = `${channels.length} channels found, ${position.channels} written`
      return anew(records, unreadable.length > 0 ? unreadable : [{ key: checkpointKey, problem }], true)
    }
    for (const key of records.keys()) {
      if (isPage(key) && keys.get(ownerOf(key))?.has(key) !== true)
        unreadable.push({ key, problem: 'a page of no channel' })
    }
    if (position === undefined) return anew(records, unreadable, channels.length > 0)
    const state = new PartitionState({ ...position, channels }, position.nextOffset)
    const tombstones = unreadable.map(({ key }) => ({ key, value: null }))
    return { log: new Changelog(keys), state, tombstones, unreadable, isRebuilt: false }
  }
}

function isPage(key: string): boolean {
  return key.includes(':')
}

function ownerOf(page: string): string {
  return page.slice(0, page.indexOf(':'))
}

/** An empty state in place of one that cannot be used: its revisions are what they were. */
function anew(
  records: ReadonlyMap<string, Buffer>,
  unreadable: readonly Unreadable[],
  isRebuilt: boolean,
): Restored {
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
