import type { Tick } from '@chat-battle/contracts/records/chat-event'
import type { TwitchClock } from './twitch-clock.ts'

interface Covered {
  channelId: string | undefined
  /** When the channel was joined, monotonic ms. */
  sinceMs: number
  /** Up to when ticks have claimed coverage, Twitch's time. */
  claimedTo: number | null
}

/** The channels that this ingest covers, and the ticks that say from when to when. */
export class Coverage {
  readonly #clock: Pick<TwitchClock, 'at' | 'latestAt'>
  readonly #covered = new Map<string, Covered>()

  constructor(clock: Pick<TwitchClock, 'at' | 'latestAt'>) {
    this.#clock = clock
  }

  /**
   * The channel is joined, at `atMs` (monotonic ms), or still is: then only its id is taken. Another id is another channel, which
   * the login was given to.
   */
  begin(login: string, channelId: string | undefined, atMs: number): void {
    const covered = this.#covered.get(login)
    const id = channelId ?? covered?.channelId
    const isSame = covered !== undefined && (covered.channelId === undefined || covered.channelId === id)
    if (isSame) covered.channelId = id
    else this.#covered.set(login, { channelId: id, sinceMs: atMs, claimedTo: null })
  }

  /**
   * The tick of each covered channel. It claims what lies between the tick before it and the last sign of life of the channel's
   * connection, at `coveredToMs(login)`; both are monotonic ms.
   */
  *ticks(nowMs: number, coveredToMs: (login: string) => number | undefined): Generator<Tick> {
    for (const login of this.#covered.keys()) {
      const tick = this.#tick(login, nowMs, coveredToMs(login) ?? -Infinity)
      if (tick !== undefined) yield tick
    }
  }

  /** The channel is covered no longer. Gives its last tick, as of the last sign of life. */
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
