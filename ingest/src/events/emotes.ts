import type { EmoteRange } from '@chat-battle/contracts/records/chat-event'
import { emoteRange } from '@chat-battle/contracts/records/chat-event'

/** More than a message of 500 characters can hold. */
const maxRanges = 1024

/**
 * Reads Twitch's `emotes` tag, `<id>:<first>-<last>,…/<id>:…`. Positions count code points of `text`, `last` included
 * (https://dev.twitch.tv/docs/chat/irc/#emotes). Leaves out invalid ranges and ranges outside the text.
 */
export function parseEmotes(tag: string, text: string): EmoteRange[] {
  if (tag === '') return []
  const points = [...text]
  const ranges: EmoteRange[] = []
  for (const emote of tag.split('/')) {
    const colon = emote.lastIndexOf(':')
    const id = emote.slice(0, colon)
    if (colon <= 0) continue
    for (const position of emote.slice(colon + 1).split(',')) {
      const match = /^([0-9]{1,6})-([0-9]{1,6})$/.exec(position)
      const start = Number(match?.[1])
      const end = Number(match?.[2]) + 1
      if (!(start < end && end <= points.length) || ranges.length >= maxRanges) continue
      const range = emoteRange.safeParse({ id, name: points.slice(start, end).join(''), start, end })
      if (range.success) ranges.push(range.data)
    }
  }
  return ranges.sort((a, b) => a.start - b.start)
}
