import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import type { Arrival } from '../archive/arrivals.ts'
import type { ArrivalStore } from './arrival-store.ts'
import { ChannelReplay } from './channel-replay.ts'
import { ModeratedPeople } from './moderated-people.ts'
import { ReplayGaps } from './replay-gaps.ts'

/** A channel is closed and forgotten after 15 minutes without a record: so far it is read beyond the end of a replay. */
const readBeyondMs = 2 * windowMs

/** One channel of a replay: reads its records window by window of append time, ahead of the position. */
export class ReplayTrack {
  readonly channelId: string
  readonly login: string
  readonly #store: ArrivalStore
  readonly #from: number
  readonly #to: number
  /** How long after their own times the records around the position were appended. */
  #delayMs = 0
  #replay = new ChannelReplay(Infinity, [])
  #gaps: ReplayGaps
  readonly #hash: PersonHash | undefined
  #people: ModeratedPeople
  #hasNewStatus = true
  /** End of the last window of append time that was read, epoch ms. */
  #readTo = 0
  #reading: Promise<void> | undefined

  constructor(
    channel: { id: string; login: string },
    range: { from: number; to: number },
    store: ArrivalStore,
    hash: PersonHash | undefined,
  ) {
    this.#hash = hash
    this.#people = new ModeratedPeople(hash)
    this.channelId = channel.id
    this.login = channel.login
    this.#store = store
    this.#from = range.from
    this.#to = range.to
    this.#gaps = new ReplayGaps(range.from)
  }

  /** Every record up to here can be applied, epoch ms of channel time. */
  get readyUntil(): number {
    return this.#isReadToEnd ? Infinity : this.#readTo - this.#delayMs
  }

  get #isReadToEnd(): boolean {
    return this.#readTo >= windowStart(windowStart(this.#to) + this.#delayMs) + windowMs + readBeyondMs
  }

  /**
   * Reads what a jump to a point of channel time needs, and returns the jump. The window before is read too: late events and moderation
   * reach back into it. Throws `RequestRefused`.
   */
  async prepareJump(toMs: number): Promise<() => Promise<void>> {
    const start = windowStart(toMs)
    const delayMs = await this.#delayAt(start)
    const first = windowStart(start + delayMs) - windowMs
    const end = windowStart(toMs + delayMs) + windowMs
    const reads: Promise<readonly Arrival[]>[] = []
    for (let at = first; at < end; at += windowMs) reads.push(this.#store.read(at))
    const arrivals = (await Promise.all(reads)).flat()
    return async () => {
      this.#delayMs = delayMs
      this.#people = new ModeratedPeople(this.#hash)
      this.#replay = new ChannelReplay(start, this.#people.restore(arrivals))
      this.#readTo = end
      this.#reading = undefined
      this.#gaps = new ReplayGaps(this.#from)
      await this.advance(toMs)
      this.#replay.showAll()
      this.#hasNewStatus = true
    }
  }

  /** In a window without a record, as where the range begins. */
  async #delayAt(start: number): Promise<number> {
    return (await this.#store.delayMs(start)) ?? (await this.#store.delayMs(windowStart(this.#from))) ?? 0
  }

  /** Reads the next window if `atMs` is near the end of those that are read. Throws `RequestRefused`. */
  readAhead(atMs: number): Promise<void> {
    if (this.readyUntil - atMs > windowMs / 2 || this.#isReadToEnd) return Promise.resolve()
    const reading = (this.#reading ??= this.#readNext().finally(() => {
      if (this.#reading === reading) this.#reading = undefined
    }))
    return reading
  }

  async #readNext(): Promise<void> {
    const [replay, start] = [this.#replay, this.#readTo]
    const arrivals = await this.#store.read(start)
    // A jump meanwhile reads its own windows.
    if (replay !== this.#replay) return
    replay.append(this.#people.restore(arrivals))
    this.#readTo = start + windowMs
  }

  /** Applies every record up to `toMs`, with breaks for other work. */
  async advance(toMs: number): Promise<void> {
    const replay = this.#replay
    const note = (arrival: Arrival) => {
      if (this.#gaps.apply(arrival)) this.#hasNewStatus = true
    }
    while (replay.advance(toMs, note)) await nextTurn()
  }

  /** Returns the final frames of the windows that ended in the range and closed after it. */
  async takeLastFrames(): Promise<ChannelStats[]> {
    const endMs = windowStart(this.#to)
    while (!this.#replay.advanceUntilClosed(endMs) && !this.#isReadToEnd) await this.readAhead(Infinity)
    this.#replay.closeSilent(endMs)
    return this.takeFrames().filter(({ final, window_end }) => final && window_end <= endMs)
  }

  takeFrames(): ChannelStats[] {
    const frames = this.#replay.takeFrames().filter(({ window_start }) => window_start < this.#to)
    return frames.map((frame) => ({ ...frame, channel_login: this.login }))
  }

  takeStatus(): ChannelStatus | undefined {
    if (!this.#hasNewStatus) return undefined
    this.#hasNewStatus = false
    return this.#gaps.statusOf(this.channelId, this.login)
  }

  close(): void {
    this.#store.close()
  }
}
