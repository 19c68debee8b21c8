/** Twitch logins: 1 to 25 letters, digits and underscores. Some old accounts begin with an underscore. */
const login = /^[a-z0-9_]{1,25}$/

/** The names that `parseChannelRef` accepts, without surrounding blanks, as a pattern for JSON Schema. */
export const channelNamePattern = '^[#@]?[A-Za-z0-9_]{1,25}$'
/** The message of every `malformed_channel`. */
export const channelNameRule =
  'a channel name is a login (1 to 25 letters, digits and underscores) or a numeric id'

export interface ChannelRef {
  /** In lower case, without `#` or `@`. */
  name: string
  /** Written as `@digits`: a login, even if another channel has these digits as its id. */
  isLogin: boolean
}

/**
 * Reads a channel name as people type it: any case, surrounding blanks, a leading `#` or `@`. Undefined: not a channel name.
 * `900` is an id first and then a login; `@900` is always the login.
 */
export function parseChannelRef(typed: string): ChannelRef | undefined {
  const trimmed = typed.trim()
  const name = trimmed.replace(/^[#@]/, '').toLowerCase()
  if (!login.test(name)) return undefined
  return { name, isLogin: trimmed.startsWith('@') && mayBeChannelId(name) }
}

/** The shortest text that `parseChannelRef` reads as this reference. */
export function formatChannelRef({ name, isLogin }: ChannelRef): string {
  return isLogin ? `@${name}` : name
}

/** `parseChannelRef` without the distinction between id and login. */
export function parseChannelName(typed: string): string | undefined {
  return parseChannelRef(typed)?.name
}

/** Whether a parsed name can be a numeric channel id. Some logins are digits, too. */
export function mayBeChannelId(name: string): boolean {
  return /^[0-9]+$/.test(name)
}
