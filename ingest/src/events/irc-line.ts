import type { IrcMessage } from '@tmi.js/irc-parser'

/** What an event needs to know beside its line. */
export interface LineContext {
  /** The room id of the line's channel as its ROOMSTATE told it, for lines that carry none. */
  channelId: string | undefined
  /** The channel's time now, epoch ms, for lines that carry none. */
  timestamp: number
}

/** A tag's value; undefined where it is absent or empty. */
export function tag(line: IrcMessage, name: string): string | undefined {
  const value = line.rawTags[name]
  return value === undefined || value === '' ? undefined : value
}

/** A tag's value as a whole number; undefined where it is none. */
export function numberTag(line: IrcMessage, name: string): number | undefined {
  const value = tag(line, name)
  return value !== undefined && /^[0-9]{1,16}$/.test(value) ? Number(value) : undefined
}

/** The channel that every event names. Its fields may be undefined here: the contract's schema refuses them. */
export function channelOf(
  line: IrcMessage,
  context: LineContext,
): { channel_id: unknown; channel_login: unknown } {
  return {
    channel_id: tag(line, 'room-id') ?? context.channelId,
    channel_login: line.channel.replace(/^#/, '').toLowerCase(),
  }
}

/** Where a line mirrored by Shared Chat came from; nulls for one of the channel's own. */
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

/** Far above Twitch's own limits (25 and 500 characters). What is longer is cut: a message is never lost for it. */
export const maxNameLength = 256
export const maxTextLength = 4096

export function clip(text: string, maxLength: number): string {
  const cut = text.slice(0, maxLength)
  // Not in the middle of a surrogate pair.
  return cut.length < text.length && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}
