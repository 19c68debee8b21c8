import { Recent } from '../collections/recent.ts'

/** Leases, ended or not. Beyond, the one that was renewed the longest ago is evicted. */
const defaultMaxLeases = 50_000

/** When the lease of each channel ends, as `monitored-channels` has it. */
export class LeaseView {
  readonly #untilMs: Recent<number>

  constructor(maxLeases = defaultMaxLeases) {
    this.#untilMs = new Recent(maxLeases)
  }

  /** `untilMs`: its end, epoch ms of the broker's clock. */
  renew(login: string, untilMs: number): void {
    this.#untilMs.set(login, untilMs)
  }

  forget(login: string): void {
    this.#untilMs.delete(login)
  }

  /** Its end, epoch ms; null: there is none. One that has ended is returned, too. */
  endOf(login: string): number | null {
    return this.#untilMs.get(login) ?? null
  }
}
