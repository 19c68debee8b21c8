import { z } from 'zod'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import type { ChannelState } from './channel-state.ts'
import { PartitionState } from './partition-state.ts'
import {
  channelKeys,
  channelRecords,
  restoreChannel,
  snapshotVersion,
  UnreadableState,
  type StateRecord,
} from './snapshot.ts'

const checkpointKey = 'checkpoint'
/** Written by a new owner to find the end of what was committed before; carries nothing. */
export const markerKey = 'marker'

const checkpoint = z.object({
  v: z.literal(snapshotVersion),
  next_offset: z.string().regex(/^[0-9]+$/),
  swept_at_ms: epochMs,
  last_append_ms: epochMs,
  keep_until_ms: epochMs,
  channels: count,
})

/** Which keys of a partition's state are alive, so that what is no longer part of it gets deleted. */
export class StateLog {
  readonly #keys: Map<string, Set<string>>

  private constructor(keys: Map<string, Set<string>>) {
    this.#keys = keys
  }

  static empty(): StateLog {
    return new StateLog(new Map())
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
      records.push(...channelRecords(channel))
      const keys = channelKeys(channel)
      for (const key of this.#keys.get(id) ?? []) if (!keys.has(key)) records.push({ key, value: null })
      this.#keys.set(id, keys)
    }
    state.forgotten.clear()
    state.dirty.clear()
    const position = {
      v: snapshotVersion,
      next_offset: String(state.nextOffset),
      swept_at_ms: state.clock.sweptAtMs,
      last_append_ms: state.clock.lastAppendMs,
      keep_until_ms: state.clock.keepUntilMs,
      channels: state.channels.size,
    } satisfies z.input<typeof checkpoint>
    records.push({ key: checkpointKey, value: Buffer.from(JSON.stringify(position)) })
    return records
  }

  /**
   * Restores a partition's state from the latest record of each key. Without a checkpoint, or with one of another
   * version, the state is empty, begins at offset 0, and all that is there is deleted by `leftovers`.
   */
  static restore(records: ReadonlyMap<string, Buffer>): {
    log: StateLog
    state: PartitionState
    leftovers: StateRecord[]
    unreadable: string | undefined
  } {
    const stored = records.get(checkpointKey)
    try {
      if (stored === undefined) return { ...anew(records), unreadable: undefined }
      const position = readCheckpoint(stored)
      const channels: ChannelState[] = []
      const keys = new Map<string, Set<string>>()
      for (const [key, value] of records) {
        if (key.includes(':') || key === checkpointKey || key === markerKey) continue
        const channel = restoreChannel(value, (page) => records.get(page))
        channels.push(channel)
        keys.set(key, channelKeys(channel))
      }
      if (channels.length !== position.channels) {
        throw new UnreadableState(`${channels.length} channels found, ${position.channels} written`)
      }
      const state = new PartitionState(channels, BigInt(position.next_offset), {
        sweptAtMs: position.swept_at_ms,
        lastAppendMs: position.last_append_ms,
        keepUntilMs: position.keep_until_ms,
      })
      return { log: new StateLog(keys), state, leftovers: [], unreadable: undefined }
    } catch (error) {
      if (!(error instanceof UnreadableState || error instanceof z.ZodError)) throw error
      return { ...anew(records), unreadable: error.message }
    }
  }
}

function readCheckpoint(stored: Buffer): z.infer<typeof checkpoint> {
  try {
    return checkpoint.parse(JSON.parse(stored.toString()))
  } catch (error) {
    throw new UnreadableState(`the checkpoint cannot be read: ${String(error)}`)
  }
}

function anew(records: ReadonlyMap<string, Buffer>): {
  log: StateLog
  state: PartitionState
  leftovers: StateRecord[]
} {
  const leftovers = [...records.keys()]
    .filter((key) => key !== markerKey)
    .map((key) => ({ key, value: null }))
  return { log: StateLog.empty(), state: new PartitionState(), leftovers }
}
