import { z } from '@chat-battle/contracts/zod'
import type { Rule } from './rule.ts'

const minuteMs = 60_000

const reports = z.record(z.string(), z.number())

/** When each rule reported last, by rule and channel, epoch ms. */
export type Reports = Readonly<z.infer<typeof reports>>

/** Parses stored reports. Throws on damaged text. */
export function parseReports(stored: string | null): Reports {
  return reports.parse(JSON.parse(stored ?? '{}'))
}

interface Watched {
  isAbove: boolean
  reportedAtMs: number
}

/**
 * Decides when rules report. A rule reports once when its channel comes to its number or above, and again only after the channel
 * was below it, and after the rule's cool-down. `nowMs`: epoch ms.
 */
export class RuleWatch {
  /** By rule and channel. */
  readonly #watched = new Map<string, Watched>()

  /** `reports`: those of an earlier visit, whose cool-downs go on. */
  constructor(reports: Reports = {}) {
    for (const [key, reportedAtMs] of Object.entries(reports))
      this.#watched.set(key, { isAbove: false, reportedAtMs })
  }

  get reports(): Reports {
    const all = Array.from(this.#watched, ([key, { reportedAtMs }]) => [key, reportedAtMs] as const)
    return Object.fromEntries(all.filter(([, atMs]) => Number.isFinite(atMs)))
  }

  /** Returns whether the rule reports now. */
  read({ id, perMinute, coolDownMinutes }: Rule, channel: string, rate: number, nowMs: number): boolean {
    const watched = this.#of(id, channel)
    const isAbove = rate >= perMinute
    const hasRisen = isAbove && !watched.isAbove
    watched.isAbove = isAbove
    return hasRisen && this.#report(watched, coolDownMinutes, nowMs)
  }

  /** Something happened once; returns whether the rule reports it. */
  happen({ id, coolDownMinutes }: Rule, channel: string, nowMs: number): boolean {
    return this.#report(this.#of(id, channel), coolDownMinutes, nowMs)
  }

  /** Forgets the rules that are gone. */
  keep(rules: readonly Pick<Rule, 'id'>[]): void {
    for (const key of this.#watched.keys())
      if (!rules.some(({ id }) => key.startsWith(`${id} `))) this.#watched.delete(key)
  }

  #of(id: string, channel: string): Watched {
    const key = `${id} ${channel}`
    const known = this.#watched.get(key)
    if (known !== undefined) return known
    const watched = { isAbove: false, reportedAtMs: -Infinity }
    this.#watched.set(key, watched)
    return watched
  }

  #report(watched: Watched, coolDownMinutes: number, nowMs: number): boolean {
    const elapsedMs = nowMs - watched.reportedAtMs
    // A clock that went back does not make a rule silent.
    if (elapsedMs >= 0 && elapsedMs < coolDownMinutes * minuteMs) return false
    watched.reportedAtMs = nowMs
    return true
  }
}
