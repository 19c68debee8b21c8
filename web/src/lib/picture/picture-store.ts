/** Why no picture is made. */
export type PictureRefusal = 'busy' | 'too_many'

export class PictureRefused extends Error {
  readonly reason: PictureRefusal

  constructor(reason: PictureRefusal) {
    super(reason)
    this.reason = reason
  }
}

const keptMs = 15_000
const maxKept = 64
const maxInTheMaking = 4
const maxPerClient = 20
const maxClients = 10_000
const minuteMs = 60_000

interface Kept {
  picture: Promise<Buffer>
  madeAtMs: number
}

/**
 * Makes each picture once, keeps it for 15 s, and bounds the work: four at a time, 20 per minute and client address. Times are
 * monotonic ms.
 */
export class PictureStore {
  readonly #kept = new Map<string, Kept>()
  readonly #now: () => number
  #inTheMaking = 0
  #clients = new Map<string, number>()
  #clientsSinceMs = -Infinity

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Rejects with `PictureRefused`, or as `make` does. */
  async get(key: string, client: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const nowMs = this.#now()
    const known = this.#kept.get(key)
    if (known !== undefined && nowMs - known.madeAtMs < keptMs) return known.picture
    if (this.#inTheMaking >= maxInTheMaking) throw new PictureRefused('busy')
    if (!this.#admits(client, nowMs)) throw new PictureRefused('too_many')
    this.#inTheMaking++
    const picture = make().finally(() => this.#inTheMaking--)
    this.#keep(key, { picture, madeAtMs: nowMs })
    picture.catch(() => {
      if (this.#kept.get(key)?.picture === picture) this.#kept.delete(key)
    })
    return picture
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest)
  }

  #admits(client: string, nowMs: number): boolean {
    if (nowMs - this.#clientsSinceMs >= minuteMs) {
      this.#clients = new Map()
      this.#clientsSinceMs = nowMs
    }
    const made = this.#clients.get(client) ?? 0
    if (made >= maxPerClient || (made === 0 && this.#clients.size >= maxClients)) return false
    this.#clients.set(client, made + 1)
    return true
  }
}
