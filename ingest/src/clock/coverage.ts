import type { Tick } from '@chat-battle/contracts/records/chat-event'
import type { TwitchClock } from './twitch-clock.ts'

/** A tick without a time is not written while events have been waiting for longer. */
const maxWaitMs = 1000

/** A window closes 60 s after its end: before more than half of that is unclaimed, the next event waits for a tick. */
const maxUnclaimedMs = 30_000

interface CoveredChannel {
  channelId: string | undefined
  /** When the channel was joined, monotonic ms. */
  sinceMs: number
  /** The end of the last claimed stretch, epoch ms of Twitch's clock; null: nothing claimed yet. */
  claimedTo: number | null
}

/** The channels that this ingest covers, and the ticks that claim from when until when. */
export class Coverage {
  readonly #clock: Pick<TwitchClock, 'at' | 'latestAt'>
  readonly #covered = new Map<string, CoveredChannel>()

  constructor(clock: Pick<TwitchClock, 'at' | 'latestAt'>) {
    this.#clock = clock
  }

  /**
   * The channel is joined since `atMs`, monotonic ms. If it already was, only its id is new. Another id means that Twitch gave
   * the login to another channel.
   */
  begin(login: string, channelId: string | undefined, atMs: number): void {
    const covered = this.#covered.get(login)
    const id = channelId ?? covered?.channelId
    const isSame = covered !== undefined && (covered.channelId === undefined || covered.channelId === id)
    if (isSame) covered.channelId = id
    else this.#covered.set(login, { channelId: id, sinceMs: atMs, claimedTo: null })
  }

  /**
   * The tick of each covered channel. It claims the time from the previous tick until `coveredToMs(login)`, when the channel's
   * connection last received something. Both arguments are monotonic ms.
   */
  *ticks(nowMs: number, coveredToMs: (login: string) => number | undefined): Generator<Tick> {
    for (const login of this.#covered.keys()) {
      const tick = this.#tick(login, nowMs, coveredToMs(login) ?? -Infinity)
      if (tick !== undefined) yield tick
    }
  }

  /**
   * The tick that has to come before an event at `timestamp`, epoch ms of Twitch's clock, because the channel's time runs faster than
   * ticks do: a recording or a simulated past. Otherwise the event could close a window whose coverage is not claimed yet.
   */
  tickBefore(login: string, timestamp: number, nowMs: number): Tick | undefined {
    const claimedTo = this.#covered.get(login)?.claimedTo
    if (typeof claimedTo !== 'number' || timestamp - claimedTo <= maxUnclaimedMs) return undefined
    const tick = this.#tick(login, nowMs, nowMs)
    return tick?.covered_to === null ? undefined : tick
  }

  /** The channel is no longer covered. Returns its last tick, which claims until `coveredToMs`, monotonic ms. */
  end(login: string, coveredToMs: number): Tick | undefined {
    const tick = this.#tick(login, coveredToMs, coveredToMs)
    this.#covered.delete(login)
    return tick
  }

  #tick(login: string, nowMs: number, coveredToMs: number): Tick | undefined {
    const covered = this.#covered.get(login)
    if (covered?.channelId === undefined) return undefined
    const tick: Tick = {
      type: 'tick',
      channel_id: covered.channelId,
      channel_login: login,
      timestamp: this.#clock.at(login, nowMs),
      covered_from: null,
      covered_to: null,
    }
    const from = covered.claimedTo ?? this.#clock.latestAt(login, covered.sinceMs)
    const to = Number.isFinite(coveredToMs) ? this.#clock.at(login, coveredToMs) : null
    if (from === null || to === null || to <= from) return tick
    covered.claimedTo = to
    return { ...tick, covered_from: from, covered_to: to }
  }
}

/**
 * Whether a tick may be written while the oldest event has been waiting for Kafka for `waitingMs`. A tick without a time counts
 * for its append time, so a late one would count for a wrong time.
 */
export function isTickDue(tick: Tick, waitingMs: number): boolean {
  return tick.timestamp !== null || waitingMs <= maxWaitMs
}
