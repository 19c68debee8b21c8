import type { ChatMessages } from '@chat-battle/contracts/live/down'
import { maxKeptMessages } from '@chat-battle/contracts/live/up'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'

export interface ChatLine {
  readonly channelId: string
  readonly message: ShownMessage
}

/** The messages that are shown beside a replay: of all its channels together, by time, the newest of them. */
export class ReplayChat {
  lines = $state.raw<readonly ChatLine[]>([])
  /** Since the replay started or jumped. */
  skipped = $state(0)

  take({ channel_id: channelId, messages, skipped }: ChatMessages): void {
    const added = messages.map((message) => ({ channelId, message }))
    this.lines = [...this.lines, ...added]
      .sort((a, b) => a.message.timestamp - b.message.timestamp)
      .slice(-maxKeptMessages)
    this.skipped += skipped
  }

  clear(): void {
    this.lines = []
    this.skipped = 0
  }
}
