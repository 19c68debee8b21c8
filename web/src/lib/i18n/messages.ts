export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

/** The same sentences in any language. */
export type Translated<M> = {
  readonly [K in keyof M]: M[K] extends (...values: infer V) => string ? (...values: V) => string : string
}

export type Messages<M> = Readonly<Record<Locale, Translated<M>>>

/** The sentences of one part of the page. `en` defines them; every other language has the same, with the same values. */
export function defineMessages<
  M extends Readonly<Record<string, string | ((...values: never[]) => string)>>,
>(messages: { readonly en: M & Translated<M>; readonly de: Translated<M> }): Messages<M> {
  return messages
}

/** `one` for a count of one, otherwise `other`: English and German have no further forms. */
export function plural(count: number, one: string, other: string): string {
  return count === 1 ? one : other
}

/** The first language of an `Accept-Language` header that the page has. */
export function localeOf(acceptLanguage: string | null): Locale {
  for (const part of (acceptLanguage ?? '').split(',', 20)) {
    const language = part.trim().slice(0, 2).toLowerCase()
    const found = locales.find((locale) => locale === language)
    if (found !== undefined) return found
  }
  return 'en'
}
