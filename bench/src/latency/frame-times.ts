import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'

type Frame = Pick<ChannelStats, 'channel_login' | 'window_start' | 'message_count'>

/** For each line of each channel, in their order, when the first frame came that counts it. */
export class FrameTimes {
  readonly byChannel: Record<string, number[]> = {}
  readonly #counts = new Map<string, number>()
  lines = 0

  add({ channel_login, window_start, message_count }: Frame, atMs: number): void {
    const window = `${channel_login} ${window_start}`
    const times = (this.byChannel[channel_login] ??= [])
    for (let count = this.#counts.get(window) ?? 0; count < message_count; count++) {
      times.push(atMs)
      this.lines++
    }
    this.#counts.set(window, Math.max(message_count, this.#counts.get(window) ?? 0))
  }
}
