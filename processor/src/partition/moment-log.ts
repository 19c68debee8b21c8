import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import type { Logger } from '@chat-battle/runtime/process/logger'

/** Of many moments at a time one is logged. */
const logEveryMs = 1000

/** Logs moments that begin. */
export class MomentLog {
  readonly #logger: Logger
  readonly #lasting = new Set<string>()
  #loggedAtMs = -Infinity

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** `nowMs`: monotonic. */
  note(records: readonly MomentRecord[], nowMs: number): void {
    for (const record of records) {
      const key = momentKey(record)
      if (record.end !== null) this.#lasting.delete(key)
      else if (!this.#lasting.has(key)) {
        this.#lasting.add(key)
        this.#log(record, nowMs)
      }
    }
  }

  #log(
    { channel_login: channel, start, kind, people, times_baseline, leading }: MomentRecord,
    nowMs: number,
  ): void {
    if (nowMs - this.#loggedAtMs < logEveryMs) return
    this.#loggedAtMs = nowMs
    // No phrase: what people wrote is in no log.
    const emote = leading.emote?.name
    this.#logger.info({ channel, start, kind, people, timesBaseline: times_baseline, emote }, 'moment found')
  }
}
