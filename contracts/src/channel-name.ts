/** Twitch logins: 1 to 25 letters, digits and underscores, never starting with an underscore. */
const login = /^[a-z0-9][a-z0-9_]{0,24}$/

/**
 * A channel as a person types it (any case, surrounding blanks, `#` or `@` in front), as a login or numeric id;
 * `undefined` where it cannot be a channel.
 */
export function parseChannelName(typed: string): string | undefined {
  const name = typed.trim().replace(/^[#@]/, '').toLowerCase()
  return login.test(name) ? name : undefined
}

/** Whether a parsed name may be a numeric channel id. A login may consist of digits, too. */
export function mayBeChannelId(name: string): boolean {
  return /^[0-9]+$/.test(name)
}
