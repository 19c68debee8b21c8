import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import type { Channel } from './channel.ts'

/** A channel is left after this time, also if no new owner has reported that it joined. */
const handOffWithinMs = 60_000

/** A channel that is still received until its new owner has joined. */
export interface HandOff {
  readonly channel: Channel
  /** The epoch in which this ingest owned the channel. */
  readonly epoch: number
  /** Epoch ms of the broker's clock. */
  readonly untilMs: number
}

/** The channels that this ingest hands off to their new owners. */
export class HandOffs {
  readonly #byLogin = new Map<string, HandOff>()

  get size(): number {
    return this.#byLogin.size
  }

  get(login: string): HandOff | undefined {
    return this.#byLogin.get(login)
  }

  logins(): string[] {
    return [...this.#byLogin.keys()]
  }

  begin(channel: Channel, epoch: number, nowMs: number): void {
    this.#byLogin.set(channel.login, { channel, epoch, untilMs: nowMs + handOffWithinMs })
  }

  change(handOff: HandOff, channel: Channel): void {
    this.#byLogin.set(channel.login, { ...handOff, channel })
  }

  end(login: string): void {
    this.#byLogin.delete(login)
  }

  /** Logins whose new owner took too long. */
  overdue(nowMs: number): string[] {
    return [...this.#byLogin].filter(([, { untilMs }]) => untilMs <= nowMs).map(([login]) => login)
  }

  /** The hand-off that another ingest's status completes: a newer owner has joined the channel. */
  completedBy({ channel_login, epoch, state }: ChannelStatusRecord): HandOff | undefined {
    const handOff = this.#byLogin.get(channel_login)
    return handOff !== undefined && epoch > handOff.epoch && state === 'joined' ? handOff : undefined
  }
}
