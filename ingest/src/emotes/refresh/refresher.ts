import type { Logger } from '@chat-battle/runtime/process/logger'
import type { SetOwner, SetProvider } from '@chat-battle/contracts/records/emote-set'
import { emptySet, type ProviderSet } from '../providers/answer.ts'
import { SetFetchFailed, type FetchResult } from './fetch-set.ts'
import { RefreshSchedule, type SetId } from './refresh-schedule.ts'

export interface RefresherPorts {
  /** Undefined: no account. Rejects with `SetFetchFailed`. */
  fetch: (provider: SetProvider, set: SetId) => Promise<ProviderSet | undefined>
  /** Writes a set to `emote-sets`. */
  publish: (owner: SetOwner, set: ProviderSet, fetchedAtMs: number) => Promise<void>
  /** When any ingest fetched the set, epoch ms of the broker's clock; undefined: never. */
  fetchedAtMs: (owner: SetOwner) => number | undefined
  /** Monotonic ms. */
  monotonicMs: () => number
  /** Epoch ms of the broker's clock. */
  nowMs: () => number
  onFetched: (provider: SetProvider, result: FetchResult, skipped: number) => void
  logger: Logger
  random?: () => number
}

/** Requests the sets of the wanted channels from each provider when they are due, and writes them to `emote-sets`. */
export class Refresher {
  readonly #ports: RefresherPorts
  readonly #schedules: ReadonlyMap<SetProvider, RefreshSchedule>
  #wantedSinceMs = new Map<SetId, number>()
  #isStopped = false

  constructor(providers: Iterable<SetProvider>, ports: RefresherPorts) {
    this.#ports = ports
    const ageMs = (provider: SetProvider) => (set: SetId) => this.#ageMs({ channel_id: set, provider })
    this.#schedules = new Map(
      [...providers].map((provider) => [
        provider,
        new RefreshSchedule({ ageMs: ageMs(provider), ...(ports.random && { random: ports.random }) }),
      ]),
    )
  }

  /** From now on the sets of these channels are kept fresh; null: those of every channel. Requests what is due. */
  want(sets: ReadonlySet<SetId>): void {
    const nowMs = this.#ports.monotonicMs()
    this.#wantedSinceMs = new Map([...sets].map((set) => [set, this.#wantedSinceMs.get(set) ?? nowMs]))
    for (const [provider, schedule] of this.#schedules) {
      schedule.want(sets, nowMs)
      this.#request(provider, schedule)
    }
  }

  /** Requests nothing any more, and takes no answer. */
  stop(): void {
    this.#isStopped = true
  }

  /** The age of a provider's oldest wanted set, ms; of a set that was never fetched, the time since it is wanted. */
  oldestMs(provider: SetProvider): number {
    const nowMs = this.#ports.monotonicMs()
    const ages = [...this.#wantedSinceMs].map(
      ([set, sinceMs]) => this.#ageMs({ channel_id: set, provider }) ?? nowMs - sinceMs,
    )
    return Math.max(0, ...ages)
  }

  #ageMs(owner: SetOwner): number | undefined {
    const fetchedAtMs = this.#ports.fetchedAtMs(owner)
    return fetchedAtMs === undefined ? undefined : Math.max(0, this.#ports.nowMs() - fetchedAtMs)
  }

  #request(provider: SetProvider, schedule: RefreshSchedule): void {
    while (!this.#isStopped) {
      const taken = schedule.take(this.#ports.monotonicMs())
      if (taken === undefined) return
      void this.#refresh(provider, schedule, taken.set).then(() => this.#request(provider, schedule))
    }
  }

  async #refresh(provider: SetProvider, schedule: RefreshSchedule, set: SetId): Promise<void> {
    const { fetch, publish, monotonicMs, nowMs, onFetched, logger } = this.#ports
    try {
      const fetched = await fetch(provider, set)
      if (this.#isStopped) return
      onFetched(provider, fetched === undefined ? 'no_account' : 'ok', fetched?.skipped ?? 0)
      // Not awaited: while Kafka is away, the newest copy waits.
      void publish({ channel_id: set, provider }, fetched ?? emptySet, nowMs())
      schedule.succeeded(set, monotonicMs())
    } catch (error) {
      if (!(error instanceof SetFetchFailed)) throw error
      if (this.#isStopped) return
      onFetched(provider, error.result, 0)
      const isFirst = schedule.failed(set, monotonicMs(), error.pauseMs)
      const level = isFirst ? 'warn' : 'debug'
      logger[level]({ provider, channel_id: set, problem: error.message }, 'emote set not fetched, retrying')
    }
  }
}
