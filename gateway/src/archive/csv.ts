import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'

/** The columns of an export, by name. */
const columns: Readonly<Record<string, (message: ShownMessage) => string | number | boolean | null>> = {
  timestamp: ({ timestamp }) => timestamp,
  time: ({ timestamp }) => new Date(timestamp).toISOString(),
  message_id: ({ message_id }) => message_id,
  user_id: ({ user_id }) => user_id,
  username: ({ username }) => username,
  display_name: ({ display_name }) => display_name,
  message: ({ message }) => message,
  emotes: ({ emotes }) => emotes.map(({ name }) => name).join(' '),
  bits: ({ bits }) => bits,
  is_action: ({ is_action }) => is_action,
  is_first: ({ is_first }) => is_first,
  is_subscriber: ({ is_subscriber }) => is_subscriber,
  is_bot: ({ is_bot }) => is_bot,
  badges: ({ badges }) =>
    Object.entries(badges)
      .map(([name, version]) => `${name}/${version}`)
      .join(' '),
  reply_to_message_id: ({ reply_to }) => reply_to?.message_id ?? null,
  source_channel_id: ({ source_channel_id }) => source_channel_id,
}

/** A spreadsheet takes a cell that begins so for a formula, also in quotes (OWASP, CSV injection). */
const formulaStart = /^[=+\-@\t\r\n]/
const needsQuotes = /[",\r\n]/

/** Lines end as RFC 4180 says. */
export const csvHeader = `${Object.keys(columns).join(',')}\r\n`

export function csvLine(message: ShownMessage): string {
  const cells = Object.values(columns).map((read) => csvCell(read(message)))
  return `${cells.join(',')}\r\n`
}

/** The last line: in the columns of time and text, with no message. */
export function csvEnd(messages: number, leftOut: number): string {
  const named: Record<string, string | number> = {
    timestamp: 'end',
    message: `${messages} messages, ${leftOut} left out`,
  }
  return `${Object.keys(columns)
    .map((name) => csvCell(named[name] ?? null))
    .join(',')}\r\n`
}

/** A text that looks like a formula gets an apostrophe, which spreadsheets show as text. */
function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = formulaStart.test(value) ? `'${value}` : value
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
