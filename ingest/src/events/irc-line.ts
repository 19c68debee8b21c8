import type { IrcMessage } from '@tmi.js/irc-parser'

/** What an event needs beside its line. */
export interface LineContext {
  /** The room id of the line's channel, for lines without one. */
  channelId: string | undefined
  /** The channel's time now, epoch ms of Twitch's clock, for lines without one. */
  timestamp: number
}

/** A tag's value; undefined where it is absent or empty. */
export function tag(line: IrcMessage, name: string): string | undefined {
  const value = line.rawTags[name]
  return value === undefined || value === '' ? undefined : value
}

/** A tag's value as a whole number; undefined where it is not a number. */
export function numberTag(line: IrcMessage, name: string): number | undefined {
  const value = tag(line, name)
  return value !== undefined && /^[0-9]{1,16}$/.test(value) ? Number(value) : undefined
}

/** The channel fields of every event. They may be undefined here: the contract's schema refuses them. */
export function channelOf(
  line: IrcMessage,
  context: LineContext,
): { channel_id: unknown; channel_login: unknown } {
  return {
    channel_id: tag(line, 'room-id') ?? context.channelId,
    channel_login: line.channel.replace(/^#/, '').toLowerCase(),
  }
}

/** The source of a line that Shared Chat mirrors; nulls for a line of the channel's own. */
export function sourceOf(line: IrcMessage): {
  source_channel_id: string | null
  source_message_id: string | null
} {
  const room = tag(line, 'source-room-id')
  const isMirrored = room !== undefined && room !== tag(line, 'room-id')
  return {
    source_channel_id: isMirrored ? room : null,
    source_message_id: isMirrored ? (tag(line, 'source-id') ?? null) : null,
  }
}

/** Far above Twitch's own limits (25 and 500 characters). Longer values are cut, so that no message is lost for them. */
export const maxNameLength = 256
export const maxTextLength = 4096

export function clip(text: string, maxLength: number): string {
  const cut = text.slice(0, maxLength)
  // Never ends with the first half of a surrogate pair.
  return cut.length < text.length && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}
