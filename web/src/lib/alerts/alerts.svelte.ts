import { momentKey, type Moment } from '@chat-battle/contracts/records/moment'
import { maxRules, parseRules, type Rule } from './rule.ts'
import { reportsKey, rulesKey } from './rule-storage.ts'
import { parseReports, RuleWatch } from './rule-watch.ts'

/** Of the list in the page. */
const maxAlerts = 50
const maxSeen = 1000

/** A rule that reported. */
export interface Alert {
  readonly id: number
  readonly rule: Rule
  readonly channel: string
  /** Messages per minute; null: a moment began. */
  readonly rate: number | null
  readonly moment: Moment | null
  /** Epoch ms. */
  readonly atMs: number
}

/** What a rule is compared with, per channel. */
export interface Reading {
  readonly login: string
  /** Messages per minute. */
  readonly pace: number
  /** Messages per minute with the token of a rule. */
  readonly tokenRate: (ruleId: string) => number
}

export interface AlertsOptions {
  storage: Pick<Storage, 'getItem' | 'setItem'>
  onAlert: (alert: Alert) => void
  /** Moments that began before are not reported, epoch ms. */
  sinceMs: number
}

/** The visitor's rules, and what they reported. */
export class Alerts {
  rules = $state.raw<readonly Rule[]>([])
  /** Newest first. */
  list = $state.raw<readonly Alert[]>([])
  readonly #options: AlertsOptions
  readonly #watch: RuleWatch
  #seen: readonly string[] = []
  #lastId = 0

  constructor(options: AlertsOptions) {
    this.#options = options
    this.rules = stored(options.storage, rulesKey, parseRules) ?? []
    this.#watch = new RuleWatch(stored(options.storage, reportsKey, parseReports))
    this.#watch.keep(this.rules)
  }

  get isFull(): boolean {
    return this.rules.length >= maxRules
  }

  add(rule: Rule): void {
    if (!this.isFull) this.#store([...this.rules, rule])
  }

  remove(id: string): void {
    this.#store(this.rules.filter((rule) => rule.id !== id))
  }

  clear(): void {
    this.list = []
  }

  /** Compares the rates of all channels with the rules. */
  read(readings: readonly Reading[], nowMs: number): void {
    for (const rule of this.rules) {
      if (rule.measure === 'moment') continue
      for (const { login, pace, tokenRate } of readings) {
        if (!appliesTo(rule, login)) continue
        const rate = rule.measure === 'messages' ? pace : tokenRate(rule.id)
        if (this.#watch.read(rule, login, rate, nowMs))
          this.#report({ rule, channel: login, rate, moment: null, atMs: nowMs })
      }
    }
  }

  /** Takes in the moments of the shown channels; each that is new is reported once. */
  readMoments(moments: readonly Moment[], nowMs: number): void {
    for (const moment of moments) {
      const key = momentKey(moment)
      if (moment.start < this.#options.sinceMs || this.#seen.includes(key)) continue
      this.#seen = [...this.#seen, key].slice(-maxSeen)
      const { channel_login: channel } = moment
      for (const rule of this.rules)
        if (rule.measure === 'moment' && appliesTo(rule, channel) && this.#watch.happen(rule, channel, nowMs))
          this.#report({ rule, channel, rate: null, moment, atMs: nowMs })
    }
  }

  #report(given: Omit<Alert, 'id'>): void {
    const alert = { id: ++this.#lastId, ...given }
    this.list = [alert, ...this.list].slice(0, maxAlerts)
    this.#keep(reportsKey, this.#watch.reports)
    this.#options.onAlert(alert)
  }

  #store(rules: readonly Rule[]): void {
    this.rules = rules
    this.#watch.keep(rules)
    this.#keep(rulesKey, rules)
  }

  #keep(key: string, value: object): void {
    try {
      this.#options.storage.setItem(key, JSON.stringify(value))
    } catch {
      // The browser refuses storage: rules and reports stay in memory until the page is closed.
    }
  }
}

/** What a browser has stored; undefined where it lets nothing be read. */
function stored<T>(
  storage: Pick<Storage, 'getItem'>,
  key: string,
  parse: (text: string | null) => T,
): T | undefined {
  try {
    return parse(storage.getItem(key))
  } catch {
    return undefined
  }
}

function appliesTo({ channel }: Rule, login: string): boolean {
  return channel === '' || channel === login
}
