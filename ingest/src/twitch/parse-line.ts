import { parseTag } from '@tmi.js/chat'
import { parse, unescapeIrc, type IrcMessage } from '@tmi.js/irc-parser'

/** A tag whose value contains `=`. `@tmi.js/irc-parser` 0.5.0 cuts the value off there. */
const cutTag = /(?:^|;)([^=;]+)=([^=;]*=[^;]*)/g

/** Parses a line of IRC, with complete values in `rawTags`. Throws on lines that the library rejects. */
export function parseLine(text: string): IrcMessage {
  const line = parse(text, tolerantTag)
  const tags = text.startsWith('@') ? (text.split(' ', 1)[0] ?? '').slice(1) : ''
  for (const [, name = '', value = ''] of tags.matchAll(cutTag))
    line.rawTags[unescapeIrc(name)] = unescapeIrc(value)
  return line
}

/** `parseTag` of `@tmi.js/chat` 0.4.1 throws on tags of unexpected shape; such a tag keeps its raw value. */
const tolerantTag: typeof parseTag = (key, value, params) => {
  try {
    return parseTag(key, value, params)
  } catch {
    return [key, value]
  }
}
