import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { LiveChange, LiveStream } from '@chat-battle/contracts/records/chat-event'

/** Channels whose last answer is known, of every ingest. Beyond, the least recently read are forgotten. */
const maxKnown = 50_000

interface Unsent {
  record: ChannelLive
  /** When its event was passed to the producer, monotonic ms. */
  sentAtMs: number
}

/** What Twitch last answered for each channel, and what each answer changes. */
export class LiveStates {
  /** By channel id; the most recently read last. */
  readonly #known = new Map<string, ChannelLive>()
  /** Records whose events Kafka may not have yet. */
  readonly #unsent = new Map<string, Unsent>()
  readonly #max: number

  constructor(max = maxKnown) {
    this.#max = max
  }

  /** A record of `channel-live` was read, of any ingest. */
  take(record: ChannelLive): void {
    const known = this.#known.get(record.channel_id)
    if (known === undefined || record.checked_at > known.checked_at) this.#keep(record)
  }

  forget(channelId: string): void {
    this.#known.delete(channelId)
  }

  /** Notes an answer, whose event is sent at `sentAtMs`, monotonic ms. Returns what it changes. */
  note(record: ChannelLive, sentAtMs: number): LiveChange[] {
    const known = this.#known.get(record.channel_id)
    this.#keep(record)
    this.#unsent.set(record.channel_id, { record, sentAtMs })
    return known === undefined ? [] : changesBetween(known.stream, record.stream)
  }

  /**
   * The records whose events Kafka has, when everything sent before `oldestWaitingAtMs`, monotonic ms, is there. They are published
   * only then: after a crash before, the next ingest reports the change again instead of never.
   */
  takeSent(oldestWaitingAtMs = Infinity): ChannelLive[] {
    const sent = [...this.#unsent.values()].filter(({ sentAtMs }) => sentAtMs < oldestWaitingAtMs)
    for (const { record } of sent) this.#unsent.delete(record.channel_id)
    return sent.map(({ record }) => record)
  }

  #keep(record: ChannelLive): void {
    this.#known.delete(record.channel_id)
    this.#known.set(record.channel_id, record)
    if (this.#known.size <= this.#max) return
    for (const oldest of this.#known.keys()) return void this.#known.delete(oldest)
  }
}

function changesBetween(before: LiveStream | null, after: LiveStream | null): LiveChange[] {
  if (before?.stream_id !== after?.stream_id) {
    return [
      ...(before === null ? [] : (['ended'] as const)),
      ...(after === null ? [] : (['started'] as const)),
    ]
  }
  const changes: LiveChange[] = []
  if (before?.title !== after?.title) changes.push('title')
  if (before?.category !== after?.category) changes.push('category')
  return changes
}
