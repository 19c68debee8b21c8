/** Memory that a waiting event takes beside its key and value. */
const overheadBytes = 250

/** A tick claims that every `chat` event before it was sent. An `aside` is no part of the chat: without it nothing is missing. */
export type EventRole = 'chat' | 'tick' | 'aside'

export interface WaitingEvent {
  key: string
  value: Buffer
  login: string
  role: EventRole
  /** Since when it waits, monotonic ms. */
  atMs: number
}

/** Events of a channel that were dropped; times are monotonic ms. */
export interface Dropped {
  login: string
  from: number
  to: number
  count: number
}

/**
 * Events that wait for Kafka, in order. Over `maxBytes` it drops the oldest. The first tick after a dropped event of the chat is
 * dropped, too, because it would claim it.
 */
export class EventBuffer {
  readonly #maxBytes: number
  readonly #waiting: WaitingEvent[] = []
  readonly #dropped = new Map<string, Dropped>()
  /** Channels whose next tick would claim a dropped event. */
  readonly #uncovered = new Set<string>()
  #head = 0
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#head >= this.#waiting.length
  }

  get oldest(): WaitingEvent | undefined {
    return this.#waiting[this.#head]
  }

  add(event: WaitingEvent): void {
    this.#waiting.push(event)
    this.#bytes += sizeOf(event)
    while (this.#bytes > this.#maxBytes) this.#dropOldest()
  }

  /** The oldest events, up to the first one with which they have `maxBytes`. */
  takeBatch(maxBytes: number): WaitingEvent[] {
    const batch: WaitingEvent[] = []
    for (let bytes = 0; bytes < maxBytes;) {
      const event = this.#take()
      if (event === undefined) break
      if (event.role === 'tick' && this.#uncovered.delete(event.login)) continue
      batch.push(event)
      bytes += sizeOf(event)
    }
    return batch
  }

  /** What was dropped since the last call, per channel. */
  takeDropped(): Dropped[] {
    const dropped = [...this.#dropped.values()]
    this.#dropped.clear()
    return dropped
  }

  #take(): WaitingEvent | undefined {
    const event = this.oldest
    if (event === undefined) return undefined
    this.#head++
    this.#bytes -= sizeOf(event)
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head)
      this.#head = 0
    }
    return event
  }

  #dropOldest(): void {
    const event = this.#take()
    if (event === undefined) return
    const { login, atMs, role } = event
    if (role === 'aside') return
    if (role === 'tick') this.#uncovered.delete(login)
    else this.#uncovered.add(login)
    const known = this.#dropped.get(login)
    this.#dropped.set(login, {
      login,
      from: known?.from ?? atMs,
      to: atMs,
      count: (known?.count ?? 0) + 1,
    })
  }
}

function sizeOf({ key, value }: WaitingEvent): number {
  return key.length + value.length + overheadBytes
}
