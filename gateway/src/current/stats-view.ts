import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { isNewerFrame } from '@chat-battle/contracts/records/newer-frame'
import { Recent } from '../collections/recent.ts'

/** Windows of all channels together. */
const defaultMaxWindows = 20_000
/** Four hours. */
const windowsPerChannel = 24

type Windows = Map<number, ChannelStats>

/** What a frame changes for the subscribers of its channel. `none`: a newer frame of its window is known. */
export type Change = 'none' | 'past' | 'current' | 'closed'

/**
 * The newest frame of each window, by channel id. Bounds: the newest windows per channel, and in total those of the channels
 * with the newest frames. A frame has the login of its time; `StatusView` knows the login of now.
 */
export class StatsView {
  readonly #maxWindows: number
  readonly #isJoined: (channelId: string) => boolean
  /** By the time of the last frame. */
  readonly #byId = new Recent<Windows>()
  #windowCount = 0

  /** `isJoined`: channels whose windows are kept rather than those of others. */
  constructor(isJoined: (channelId: string) => boolean = () => false, maxWindows = defaultMaxWindows) {
    this.#isJoined = isJoined
    this.#maxWindows = maxWindows
  }

  get channelCount(): number {
    return this.#byId.size
  }

  get windowCount(): number {
    return this.#windowCount
  }

  apply(stats: ChannelStats): Change {
    const windows = this.#byId.get(stats.channel_id) ?? new Map<number, ChannelStats>()
    const known = windows.get(stats.window_start)
    if (known !== undefined && !isNewerFrame(stats, known)) return 'none'
    const newest = newestStart(windows)
    if (
      known === undefined &&
      windows.size >= windowsPerChannel &&
      stats.window_start < oldestStart(windows)
    ) {
      return 'none'
    }
    this.#store(windows, stats)
    if (stats.window_start >= newest) return 'current'
    return stats.final ? 'closed' : 'past'
  }

  /** The window with the greatest start. */
  current(channelId: string): ChannelStats | undefined {
    const windows = this.#byId.get(channelId)
    return windows?.get(newestStart(windows))
  }

  window(channelId: string, start: number): ChannelStats | undefined {
    return this.#byId.get(channelId)?.get(start)
  }

  /** Every window in memory, in no order. */
  windows(channelId: string): ChannelStats[] {
    return [...(this.#byId.get(channelId)?.values() ?? [])]
  }

  #store(windows: Windows, stats: ChannelStats): void {
    if (!windows.has(stats.window_start)) this.#windowCount++
    windows.set(stats.window_start, stats)
    this.#byId.set(stats.channel_id, windows)
    if (windows.size > windowsPerChannel) {
      windows.delete(oldestStart(windows))
      this.#windowCount--
    }
    while (this.#windowCount > this.#maxWindows && this.#byId.size > 1) this.#evictOldest()
  }

  #evictOldest(): void {
    this.#windowCount -= this.#byId.takeOldestBut(this.#isJoined)?.size ?? 0
  }
}

function newestStart(windows: Windows): number {
  return Math.max(-1, ...windows.keys())
}

function oldestStart(windows: Windows): number {
  return Math.min(...windows.keys())
}
