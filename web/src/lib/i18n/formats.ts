import type { Locale } from './messages.ts'

/** English with a 24-hour clock, as German has it: figures keep their width. */
const tags: Readonly<Record<Locale, string>> = { en: 'en-GB', de: 'de-DE' }

const numberOptions = {
  count: { maximumFractionDigits: 0 },
  compact: { notation: 'compact', maximumFractionDigits: 1 },
  decimal: { minimumFractionDigits: 1, maximumFractionDigits: 1 },
  share: { style: 'percent', maximumFractionDigits: 0 },
  fineShare: { style: 'percent', maximumFractionDigits: 2 },
} as const

/**
 * Numbers and times in a language and a time zone. The same on the server and in every browser. Each format is made when it is first
 * used: it takes a phone some 10 ms, while the page starts.
 */
export class Formats {
  readonly #tag: string
  readonly #zone: () => string
  readonly #numbers = new Map<keyof typeof numberOptions, Intl.NumberFormat>()
  #list: Intl.ListFormat | undefined
  readonly #times = new Map<string, Intl.DateTimeFormat>()

  /** `zone` is asked with each time: where it is reactive, so is the result. */
  constructor(locale: Locale, zone: () => string) {
    this.#tag = tags[locale]
    this.#zone = zone
  }

  /** `12,345` */
  count(value: number): string {
    return this.#number('count').format(Math.round(value))
  }

  /** `12.3k`: for axes and narrow places. */
  compact(value: number): string {
    return this.#number('compact').format(value)
  }

  /** `4.2` */
  decimal(value: number): string {
    return this.#number('decimal').format(value)
  }

  /** A share from 0 to 1 as `42%`. */
  share(value: number): string {
    return this.#number('share').format(value)
  }

  /** `a, b and c` */
  list(items: readonly string[]): string {
    this.#list ??= new Intl.ListFormat(this.#tag, { type: 'conjunction' })
    return this.#list.format(items)
  }

  /** A small share from 0 to 1 as `0.81%`. */
  fineShare(value: number): string {
    return this.#number('fineShare').format(value)
  }

  /** `14:05` */
  time(epochMs: number): string {
    return this.#with('time', { hour: '2-digit', minute: '2-digit' }).format(epochMs)
  }

  /** `14:05:30` */
  timeWithSeconds(epochMs: number): string {
    return this.#with('seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(epochMs)
  }

  /** `26 Nov` */
  day(epochMs: number): string {
    return this.#with('day', { day: 'numeric', month: 'short' }).format(epochMs)
  }

  /** `26 Nov, 14:05` */
  dayAndTime(epochMs: number): string {
    const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
    return this.#with('both', parts).format(epochMs)
  }

  /** `26 Nov, 14:05 – 14:15`, with a second day where it ends on another. */
  span(fromMs: number, toMs: number): string {
    const isOneDay = this.day(fromMs) === this.day(toMs - 1)
    return `${this.dayAndTime(fromMs)} – ${isOneDay ? this.time(toMs) : this.dayAndTime(toMs)}`
  }

  /** A length as `45 s`, `12 min` or `3 h 05 min`. */
  duration(lengthMs: number): string {
    const seconds = Math.round(lengthMs / 1000)
    if (seconds < 60) return `${seconds} s`
    const minutes = Math.round(seconds / 60)
    if (minutes < 60) return `${minutes} min`
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  }

  #number(name: keyof typeof numberOptions): Intl.NumberFormat {
    let found = this.#numbers.get(name)
    if (found === undefined) {
      found = new Intl.NumberFormat(this.#tag, numberOptions[name])
      this.#numbers.set(name, found)
    }
    return found
  }

  #with(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${name} ${this.#zone()}`
    let found = this.#times.get(key)
    if (found === undefined) {
      found = new Intl.DateTimeFormat(this.#tag, { ...options, timeZone: this.#zone() })
      this.#times.set(key, found)
    }
    return found
  }
}
