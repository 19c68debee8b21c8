import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import { Recent } from '../collections/recent.ts'

/** Channels, joined or not. */
const defaultMaxChannels = 20_000

/** What Twitch's API last answered for each channel. Above `maxChannels`, a channel that is not joined is evicted. */
export class LiveView {
  readonly #isJoined: (channelId: string) => boolean
  readonly #maxChannels: number
  /** The most recently answered last. */
  readonly #byId = new Recent<ChannelLive>()
  #newestMs: number | undefined

  constructor(isJoined: (channelId: string) => boolean = () => false, maxChannels = defaultMaxChannels) {
    this.#isJoined = isJoined
    this.#maxChannels = maxChannels
  }

  /** Returns false for an answer that is older than the known one. */
  apply(live: ChannelLive): boolean {
    const known = this.#byId.get(live.channel_id)
    if (known !== undefined && known.checked_at > live.checked_at) return false
    this.#byId.set(live.channel_id, live)
    this.#newestMs = Math.max(this.#newestMs ?? 0, live.checked_at)
    if (this.#byId.size > this.#maxChannels) this.#byId.takeOldestBut(this.#isJoined)
    return true
  }

  forget(channelId: string): void {
    this.#byId.delete(channelId)
  }

  of(channelId: string): ChannelLive | undefined {
    return this.#byId.get(channelId)
  }

  /** When the newest known answer came, epoch ms of the broker's clock; undefined: none is known. */
  get newestMs(): number | undefined {
    return this.#newestMs
  }
}
