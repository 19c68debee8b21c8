import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowSummary } from '@chat-battle/contracts/records/window-summary'
import { Recent } from '../../collections/recent.ts'
import type { SummaryParts } from './window-rows.ts'

/** A window may be open, and the two before it not archived yet. */
const windowsPerChannel = 3
const defaultMaxBytes = 64 * 1024 * 1024

type Encoded = Map<number, Buffer>

/**
 * The newest summaries of each channel, encoded as they arrive: only a history decodes them. Beyond `maxBytes`, those of the
 * channel with the oldest last record are dropped; its history then counts its current window by the statistics alone.
 */
export class SummaryView {
  readonly #maxBytes: number
  /** By channel id, oldest last record first. */
  readonly #byId = new Recent<Encoded>()
  #bytes = 0

  constructor(maxBytes = defaultMaxBytes) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `key`: a `summaryKey`. */
  apply(key: string, value: Buffer | null): void {
    const [, id = '', text = ''] = /^([0-9]{1,20}):([0-9]{1,16})$/.exec(key) ?? []
    if (id === '') return
    const start = Number(text)
    const windows = this.#byId.get(id) ?? new Map<number, Buffer>()
    this.#drop(windows, start)
    if (value !== null) {
      // A copy: the record is a part of the whole fetched batch.
      windows.set(start, Buffer.from(value))
      this.#bytes += value.length
    }
    if (windows.size > windowsPerChannel) this.#drop(windows, Math.min(...windows.keys()))
    if (windows.size > 0) this.#byId.set(id, windows)
    else this.#byId.delete(id)
    while (this.#bytes > this.#maxBytes && this.#byId.size > 1) this.#dropOldest()
  }

  /** Undefined: none is known, or it cannot be decoded. */
  get(stats: Pick<ChannelStats, 'channel_id' | 'window_start' | 'revision'>): SummaryParts | undefined {
    const encoded = this.#byId.get(stats.channel_id)?.get(stats.window_start)
    if (encoded === undefined) return undefined
    try {
      const { sketch, revision, emotes, people, steps } = windowSummary.parse(JSON.parse(encoded.toString()))
      const isEarlier = revision < stats.revision
      return { sketch: Buffer.from(sketch, 'base64'), emotes, people, steps, isEarlier }
    } catch {
      return undefined
    }
  }

  #drop(windows: Encoded, start: number): void {
    this.#bytes -= windows.get(start)?.length ?? 0
    windows.delete(start)
  }

  #dropOldest(): void {
    for (const { length } of this.#byId.takeOldest()?.values() ?? []) this.#bytes -= length
  }
}
