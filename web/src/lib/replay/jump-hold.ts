import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowStart } from '@chat-battle/contracts/window'

/** A jump sends the messages of so long before its target. */
const messagesBeforeMs = 60_000

/** What arrived while a replay jumped. */
export interface Held {
  readonly frames: readonly ChannelStats[]
  readonly messages: readonly ChatMessages[]
}

/**
 * Holds what arrives while a replay jumps: first the rest of what was played before, then what the jump sends. Of each channel and
 * window the last frame counts, and of each channel the last messages.
 */
export class JumpHold {
  /** Where it jumps to, epoch ms of channel time. */
  readonly toMs: number
  /** Whether the jump was acknowledged: the next state is of after it. */
  isAcknowledged = false
  readonly #frames = new Map<string, ChannelStats>()
  readonly #messages = new Map<string, ChatMessages>()

  constructor(toMs: number) {
    this.toMs = toMs
  }

  takeStats(stats: ChannelStats): void {
    this.#frames.set(`${stats.channel_id} ${stats.window_start}`, stats)
  }

  takeMessages(messages: ChatMessages): void {
    this.#messages.set(messages.channel_id, messages)
  }

  /** What the jump sent: frames of its target's window, and the minute of messages before it. Anything later was sent before the jump. */
  ofJump(): Held {
    const { toMs } = this
    const start = windowStart(toMs)
    return {
      frames: [...this.#frames.values()].filter(
        (frame) => frame.window_start === start && (frame.last_message_at ?? 0) <= toMs,
      ),
      messages: [...this.#messages.values()].filter(({ messages }) =>
        messages.every(({ timestamp }) => timestamp <= toMs && timestamp > toMs - messagesBeforeMs),
      ),
    }
  }

  /** Everything, for a jump that was refused. */
  all(): Held {
    return { frames: [...this.#frames.values()], messages: [...this.#messages.values()] }
  }
}
