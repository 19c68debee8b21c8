/** Leases, ended or not. Beyond, the one that was renewed the longest ago is evicted. */
const defaultMaxLeases = 50_000

/** When the lease of each channel ends, as `monitored-channels` has it. */
export class LeaseView {
  readonly #maxLeases: number
  /** The most recently renewed last. */
  readonly #untilMs = new Map<string, number>()

  constructor(maxLeases = defaultMaxLeases) {
    this.#maxLeases = maxLeases
  }

  /** `untilMs`: its end, epoch ms of the broker's clock. */
  renew(login: string, untilMs: number): void {
    this.#untilMs.delete(login)
    this.#untilMs.set(login, untilMs)
    const [oldest] = this.#untilMs.keys()
    if (this.#untilMs.size > this.#maxLeases && oldest !== undefined) this.#untilMs.delete(oldest)
  }

  forget(login: string): void {
    this.#untilMs.delete(login)
  }

  /** Its end, epoch ms; null: there is none. One that has ended is returned, too. */
  endOf(login: string): number | null {
    return this.#untilMs.get(login) ?? null
  }
}
