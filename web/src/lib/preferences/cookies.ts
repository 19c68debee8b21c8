import { localeOf, locales, type Locale } from '../i18n/messages.ts'

/** What a visitor prefers, kept in cookies so that the server renders the first page with it. */
export interface Preferred {
  locale: Locale
  /** An IANA time zone. */
  zone: string
  /** Whether emotes are shown without animation. */
  hasStillEmotes: boolean
  /** Whether single keys do something. */
  hasKeys: boolean
}

export const cookieNames = {
  locale: 'cb_lang',
  zone: 'cb_zone',
  hasStillEmotes: 'cb_still',
  hasKeys: 'cb_keys',
} as const

/** Reads the preferences of a request. Values that the page does not know count as missing. */
export function readPreferred(
  cookie: (name: string) => string | undefined,
  acceptLanguage: string | null,
): Preferred {
  const locale = locales.find((known) => known === cookie(cookieNames.locale))
  const zone = cookie(cookieNames.zone)
  return {
    locale: locale ?? localeOf(acceptLanguage),
    zone: zone !== undefined && isZone(zone) ? zone : 'UTC',
    hasStillEmotes: cookie(cookieNames.hasStillEmotes) === '1',
    hasKeys: cookie(cookieNames.hasKeys) !== '0',
  }
}

/** Whether `Intl` knows a time zone. */
function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

/** The value of `document.cookie` that keeps a preference for a year. */
export function cookieOf(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`
}
