import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import type { ChannelMoments } from './channel-moments.ts'
import type { TrackedMoment } from './moment-parts.ts'

/** A baseline reaches back by so long from the start of its moment. */
const baselineReachMs = 11 * 60_000

interface Channel {
  readonly channelId: string
  readonly login: string
  readonly moments: ChannelMoments
}

interface PendingMoment {
  channel: Channel
  moment: TrackedMoment
  /** The revision of the moment's last change. */
  revision: number
}

/** The moments that changed since they were last taken, each once. */
export class PendingMoments {
  readonly #byKey = new Map<string, PendingMoment>()
  #isUrgent = false

  get size(): number {
    return this.#byKey.size
  }

  /** Whether a moment began, ended or lost a text. */
  get isUrgent(): boolean {
    return this.#isUrgent
  }

  /** Notes what changed in a channel. The input holds everything from `wholeFromMs` on, channel time. */
  note(channel: Channel, revision: number, wholeFromMs: number): void {
    for (const { moment, isUrgent } of channel.moments.takeChanged()) {
      const { startMs } = moment
      // Found without a whole baseline, it may differ from the one that was published when the input had it all.
      if (startMs - baselineReachMs < wholeFromMs) continue
      if (isUrgent) this.#isUrgent = true
      const key = momentKey({ channel_id: channel.channelId, start: startMs })
      this.#byKey.set(key, { channel, moment, revision })
    }
  }

  /** In the order in which they began to change. */
  take(): MomentRecord[] {
    const records = Array.from(this.#byKey.values(), ({ channel, moment, revision }) => ({
      channel_id: channel.channelId,
      channel_login: channel.login,
      revision,
      ...channel.moments.content(moment),
    }))
    this.#byKey.clear()
    this.#isUrgent = false
    return records
  }
}
