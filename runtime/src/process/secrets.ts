/** Settings whose values are secrets, by name. */
const secretName = /SECRET|PASSWORD|TOKEN/
/** Shorter values are words that any log line may contain. */
const minLength = 6
const censored = '[secret]'

/** Secrets by their position: tokens that were obtained at run time are not in the settings. */
const places = [
  /((?:client_secret|(?:refresh|access|oauth)_token)=)[^&\s"\\]+/gi,
  /(\boauth:)[a-z0-9]+/gi,
  /(\b(?:bearer|oauth) )[\w.~+/=-]{8,}/gi,
]

/** Whether a setting of this name holds a secret. */
export function isSecret(name: string): boolean {
  return secretName.test(name)
}

/** The secrets among settings. */
export function secretsOf(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    isSecret(name) && typeof value === 'string' && value.length >= minLength ? [value] : [],
  )
}

/** Censors `secrets` in a line of JSON, also where they are escaped or part of a URL. */
export function censor(line: string, secrets: readonly string[]): string {
  let text = line
  for (const secret of secrets) {
    const quoted = JSON.stringify(secret).slice(1, -1)
    for (const form of new Set([secret, quoted, encodeURIComponent(secret)]))
      text = text.replaceAll(form, censored)
  }
  for (const place of places) text = text.replace(place, `$1${censored}`)
  return text
}
