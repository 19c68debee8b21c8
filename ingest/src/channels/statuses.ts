import type { ChannelStatusRecord } from '@chat-battle/contracts/channel-status'

/** What is on `channel-status`: the newest status of each channel, of whichever ingest. */
export class Statuses {
  readonly #byLogin = new Map<string, ChannelStatusRecord>()

  get(login: string): ChannelStatusRecord | undefined {
    return this.#byLogin.get(login)
  }

  all(): ChannelStatusRecord[] {
    return [...this.#byLogin.values()]
  }

  take(status: ChannelStatusRecord): void {
    const { channel_login: login, epoch } = status
    if (epoch >= (this.#byLogin.get(login)?.epoch ?? 0)) this.#byLogin.set(login, status)
  }

  /** The record of a channel was deleted. */
  forget(login: string): void {
    this.#byLogin.delete(login)
  }

  /** Greater than any epoch before it, also where the clock of another machine is ahead of this one's. */
  nextEpoch(nowMs: number): number {
    let next = nowMs
    for (const { epoch } of this.#byLogin.values()) next = Math.max(next, epoch + 1)
    return next
  }
}

/** A status as the value of its record; null, which deletes that, where nothing is known of a channel that nobody wants. */
export function statusValue(status: ChannelStatusRecord): string | null {
  const isWorthNothing = status.state === 'parted' && status.channel_id === null && status.gaps.length === 0
  return isWorthNothing ? null : JSON.stringify(status)
}
