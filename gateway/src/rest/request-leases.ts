import type { LeaseWriter } from '../kafka/lease-writer.ts'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import { RequestRefused, refuseAfter } from '../refusal.ts'

/** How long a request waits until Kafka has acknowledged its lease. */
const acknowledgeWithinMs = 3000

/** The leases that one request may take or renew. */
export class RequestLeases {
  readonly #leases: LeaseWriter
  readonly #allowance: ChannelAllowance
  /** Undefined: a page of another origin, which may read by GET and keeps no channel joined. */
  readonly #address: string | undefined

  constructor(leases: LeaseWriter, allowance: ChannelAllowance, address: string | undefined) {
    this.#leases = leases
    this.#allowance = allowance
    this.#address = address
  }

  /** Renews a lease if the client may; does not wait for Kafka. */
  renew(login: string): void {
    if (this.#admits(login)) this.#leases.renew(login)
  }

  /** Takes a lease; gives when it ends, epoch ms. Throws `RequestRefused`. */
  async take(login: string): Promise<number> {
    if (this.#address === undefined) throw new RequestRefused('origin_not_allowed', 'see CORS_ORIGINS')
    if (!this.#admits(login)) throw this.#allowance.refusal()
    return Promise.race([this.#leases.take(login), refuseAfter(acknowledgeWithinMs)])
  }

  #admits(login: string): boolean {
    return this.#address !== undefined && this.#allowance.admit(this.#address, login)
  }
}
