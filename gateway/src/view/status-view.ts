import type { ChannelStatus, ChannelStatusRecord } from '@chat-battle/contracts/channel-status'

interface Known {
  epoch: number
  status: ChannelStatus
}

/** The newest status of each channel. Of more than `maxChannels`, those are forgotten that nobody listens to. */
export class StatusView {
  readonly #maxChannels: number
  readonly #byLogin = new Map<string, Known>()
  readonly #loginById = new Map<string, string>()

  constructor(maxChannels: number) {
    this.#maxChannels = maxChannels
  }

  /** Takes a record in, unless it is of an older epoch; gives the status if it changed. */
  apply({ ingest: _, epoch, heard_until: __, ...status }: ChannelStatusRecord): ChannelStatus | undefined {
    const known = this.#byLogin.get(status.channel_login)
    if (known !== undefined && known.epoch > epoch) return undefined
    this.#byLogin.delete(status.channel_login)
    this.#byLogin.set(status.channel_login, { epoch, status })
    if (status.channel_id !== null) this.#loginById.set(status.channel_id, status.channel_login)
    if (this.#byLogin.size > this.#maxChannels) this.#forgetOne()
    return JSON.stringify(known?.status) === JSON.stringify(status) ? undefined : status
  }

  /** Forgets a channel whose record was deleted; gives the status that this means, if it changed. */
  forget(login: string, atMs: number): ChannelStatus | undefined {
    const known = this.#byLogin.get(login)?.status
    if (known === undefined) return undefined
    this.#delete(known)
    return known.state === 'parted' ? undefined : { ...known, state: 'parted', since: atMs }
  }

  get(login: string): ChannelStatus | undefined {
    return this.#byLogin.get(login)?.status
  }

  /** Whether an ingest is in the channel, or about to be again. */
  isListenedTo(login: string): boolean {
    return isListenedTo(this.#byLogin.get(login)?.status)
  }

  loginOf(channelId: string): string | undefined {
    return this.#loginById.get(channelId)
  }

  /** Every channel that somebody wants, by login. */
  monitored(): ChannelStatus[] {
    return [...this.#byLogin.values()]
      .map(({ status }) => status)
      .filter(({ state }) => state !== 'parted')
      .sort((a, b) => (a.channel_login < b.channel_login ? -1 : 1))
  }

  /** The clock skew that is the greatest, either way, of those that joined channels report; null where none does. */
  clockSkewMs(): number | null {
    let greatest: number | null = null
    for (const { status } of this.#byLogin.values()) {
      const { state, clock_skew_ms: skewMs } = status
      if (state !== 'joined' || skewMs === null) continue
      if (greatest === null || Math.abs(skewMs) > Math.abs(greatest)) greatest = skewMs
    }
    return greatest
  }

  #forgetOne(): void {
    for (const { status } of this.#byLogin.values()) if (!isListenedTo(status)) return this.#delete(status)
  }

  #delete({ channel_login, channel_id }: ChannelStatus): void {
    this.#byLogin.delete(channel_login)
    if (channel_id !== null) this.#loginById.delete(channel_id)
  }
}

function isListenedTo(status: ChannelStatus | undefined): boolean {
  return status?.state === 'joined' || status?.state === 'reconnecting'
}
