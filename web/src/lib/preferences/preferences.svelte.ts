import { getContext, setContext } from 'svelte'
import type { Locale, Messages, Translated } from '../i18n/messages.ts'
import { Formats } from '../i18n/formats.ts'
import { cookieNames, cookieOf, type Preferred } from './cookies.ts'

const key = Symbol('preferences')

/** What the visitor prefers. A change is kept for the next visit. */
export class Preferences {
  /** A change takes effect when the page is loaded again. */
  readonly locale: Locale
  readonly formats: Formats
  /** Whether the page is hydrated: components that are created before belong to the server's HTML. */
  hasStarted = false
  #zone = $state('UTC')
  #hasStillEmotes = $state(false)
  #hasKeys = $state(true)

  constructor({ locale, zone, hasStillEmotes, hasKeys }: Preferred) {
    this.locale = locale
    this.#zone = zone
    this.#hasStillEmotes = hasStillEmotes
    this.#hasKeys = hasKeys
    this.formats = new Formats(locale, () => this.#zone)
  }

  get zone(): string {
    return this.#zone
  }

  set zone(zone: string) {
    this.#zone = zone
    document.cookie = cookieOf(cookieNames.zone, zone)
  }

  get hasStillEmotes(): boolean {
    return this.#hasStillEmotes
  }

  set hasStillEmotes(isStill: boolean) {
    this.#hasStillEmotes = isStill
    document.cookie = cookieOf(cookieNames.hasStillEmotes, isStill ? '1' : '0')
  }

  get hasKeys(): boolean {
    return this.#hasKeys
  }

  set hasKeys(hasKeys: boolean) {
    this.#hasKeys = hasKeys
    document.cookie = cookieOf(cookieNames.hasKeys, hasKeys ? '1' : '0')
  }

  /** On a first visit the zone is that of the browser. */
  learnZone(): void {
    if (document.cookie.includes(`${cookieNames.zone}=`)) return
    this.zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  }
}

/** Provides the preferences to every component below. */
export function providePreferences(preferred: Preferred): Preferences {
  return setContext(key, new Preferences(preferred))
}

export function usePreferences(): Preferences {
  return getContext<Preferences>(key)
}

/** The sentences of a part of the page, in the visitor's language. To be called while a component is created. */
export function useMessages<M>(messages: Messages<M>): Translated<M> {
  return messages[usePreferences().locale]
}

/** Numbers and times as the visitor reads them. To be called while a component is created. */
export function useFormats(): Formats {
  return usePreferences().formats
}
