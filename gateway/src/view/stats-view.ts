import type { ChannelStats } from '@chat-battle/contracts/channel-stats'

const windowsPerChannel = 24
/** Among so many of the channels not heard of for the longest, one that nobody listens to is let go of first. */
const evictionCandidates = 100

interface ChannelWindows {
  login: string
  windows: Map<number, ChannelStats>
}

/** What a frame means for those who watch its channel. */
export type Change = 'none' | 'past' | 'current' | 'closed'

/** The newest frame of each window, bounded: per channel the newest windows, and in all those of the channels last heard. */
export class StatsView {
  readonly #maxWindows: number
  readonly #isListenedTo: (login: string) => boolean
  readonly #byId = new Map<string, ChannelWindows>()
  readonly #idByLogin = new Map<string, string>()
  #windowCount = 0

  /** `isListenedTo`: whether a channel's windows are worth more than those of others. */
  constructor(maxWindows: number, isListenedTo: (login: string) => boolean = () => false) {
    this.#maxWindows = maxWindows
    this.#isListenedTo = isListenedTo
  }

  get channelCount(): number {
    return this.#byId.size
  }

  get windowCount(): number {
    return this.#windowCount
  }

  /** Takes a frame in, unless a newer one of its window is there. A final frame is newer than any other. */
  apply(stats: ChannelStats): Change {
    const channel = this.#byId.get(stats.channel_id) ?? { login: stats.channel_login, windows: new Map() }
    const known = channel.windows.get(stats.window_start)
    if (known !== undefined && (known.final || (!stats.final && known.revision >= stats.revision)))
      return 'none'
    const newest = newestStart(channel)
    if (
      known === undefined &&
      channel.windows.size >= windowsPerChannel &&
      stats.window_start < oldestStart(channel)
    ) {
      return 'none'
    }
    this.#store(channel, stats)
    if (stats.window_start >= newest) return 'current'
    return stats.final ? 'closed' : 'past'
  }

  /** The window with the greatest start. */
  current(channelId: string): ChannelStats | undefined {
    const channel = this.#byId.get(channelId)
    return channel?.windows.get(newestStart(channel))
  }

  window(channelId: string, start: number): ChannelStats | undefined {
    return this.#byId.get(channelId)?.windows.get(start)
  }

  idOf(login: string): string | undefined {
    return this.#idByLogin.get(login)
  }

  loginOf(channelId: string): string | undefined {
    return this.#byId.get(channelId)?.login
  }

  #store(channel: ChannelWindows, stats: ChannelStats): void {
    if (!channel.windows.has(stats.window_start)) this.#windowCount++
    channel.windows.set(stats.window_start, stats)
    channel.login = stats.channel_login
    // Set anew, it is the last in the map's order: the first is the one not heard of for the longest.
    this.#byId.delete(stats.channel_id)
    this.#byId.set(stats.channel_id, channel)
    this.#idByLogin.set(stats.channel_login, stats.channel_id)
    if (channel.windows.size > windowsPerChannel) {
      channel.windows.delete(oldestStart(channel))
      this.#windowCount--
    }
    while (this.#windowCount > this.#maxWindows && this.#byId.size > 1) this.#evictOldest()
  }

  #evictOldest(): void {
    const [longestUnheard] = this.#byId
    const oldest =
      this.#byId
        .entries()
        .take(evictionCandidates)
        .find(([, { login }]) => !this.#isListenedTo(login)) ?? longestUnheard
    if (oldest === undefined) return
    const [id, { login, windows }] = oldest
    this.#byId.delete(id)
    if (this.#idByLogin.get(login) === id) this.#idByLogin.delete(login)
    this.#windowCount -= windows.size
  }
}

function newestStart({ windows }: ChannelWindows): number {
  return Math.max(-1, ...windows.keys())
}

function oldestStart({ windows }: ChannelWindows): number {
  return Math.min(...windows.keys())
}
