import { parseTag } from '@tmi.js/chat'
import { parse, unescapeIrc, type IrcMessage } from '@tmi.js/irc-parser'

/** A value that has a `=` of its own, where the library cuts it off. */
const cutTag = /(?:^|;)([^=;]+)=([^=;]*=[^;]*)/g

/** Parses a line of IRC; its `rawTags` are whole. Throws on shapes that the library gives up on. */
export function parseLine(text: string): IrcMessage {
  const line = parse(text, tolerantTag)
  const tags = text.startsWith('@') ? (text.split(' ', 1)[0] ?? '').slice(1) : ''
  for (const [, name = '', value = ''] of tags.matchAll(cutTag))
    line.rawTags[unescapeIrc(name)] = unescapeIrc(value)
  return line
}

/** The library's tag parser throws on tags of unexpected shape; such a tag stays as it is. */
const tolerantTag: typeof parseTag = (key, value, params) => {
  try {
    return parseTag(key, value, params)
  } catch {
    return [key, value]
  }
}
