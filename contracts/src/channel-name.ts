/** Twitch logins: 1 to 25 letters, digits and underscores. Those of some old accounts begin with an underscore. */
const login = /^[a-z0-9_]{1,25}$/

/** The names that `parseChannelName` accepts, as the pattern of an OpenAPI parameter. */
export const channelNamePattern = '^[#@]?[A-Za-z0-9_]{1,25}$'

export interface ChannelRef {
  /** In lower case, without `#` or `@`. */
  name: string
  /** Whether the name was given as `@digits`: it is a login, also where it equals the id of another channel. */
  isLogin: boolean
}

/**
 * A channel as a person types it (any case, surrounding blanks, `#` or `@` in front): a login, or a numeric id;
 * `undefined` where it cannot be a channel. `900` is an id first and then a login, `@900` is the login.
 */
export function parseChannelRef(typed: string): ChannelRef | undefined {
  const trimmed = typed.trim()
  const name = trimmed.replace(/^[#@]/, '').toLowerCase()
  if (!login.test(name)) return undefined
  return { name, isLogin: trimmed.startsWith('@') && mayBeChannelId(name) }
}

/** The short form of a reference, which `parseChannelRef` reads back. */
export function formatChannelRef({ name, isLogin }: ChannelRef): string {
  return isLogin ? `@${name}` : name
}

/** The name alone of a channel as a person types it; see `parseChannelRef`. */
export function parseChannelName(typed: string): string | undefined {
  return parseChannelRef(typed)?.name
}

/** Whether a parsed name may be a numeric channel id. A login may consist of digits, too. */
export function mayBeChannelId(name: string): boolean {
  return /^[0-9]+$/.test(name)
}
