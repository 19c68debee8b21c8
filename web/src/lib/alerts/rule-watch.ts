import type { Rule } from './rule.ts'

const minuteMs = 60_000

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
    if (nowMs - watched.reportedAtMs < coolDownMinutes * minuteMs) return false
    watched.reportedAtMs = nowMs
    return true
  }
}
