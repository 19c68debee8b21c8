import { knownBots } from '@chat-battle/contracts/known-bots'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { ChannelTable, EmoteTables } from './emote-tables.ts'
import { matchEmotes } from './match-emotes.ts'

/** Twitch's badge of an account that is an approved chat bot (https://dev.twitch.tv/docs/chat/#chatbot-badge). */
const botBadge = 'bot-badge'

export interface ResolverParts {
  tables: Pick<EmoteTables, 'of'>
  /** By login: people who are bots, and people who are none, whatever other sources say. */
  bots: ReadonlySet<string>
  notBots: ReadonlySet<string>
  /** A message came from this channel by Shared Chat. */
  onSource: (channelId: string) => void
}

/** Writes on a message what its channel's sets make of it: third-party emotes, and whether a bot wrote it. */
export function createResolver(parts: ResolverParts): (message: ChatMessage) => ChatMessage {
  const { tables, onSource } = parts
  return (message) => {
    const { message: text, emotes: twitch, bits, channel_id: channel, source_channel_id: source } = message
    if (source !== null) onSource(source)
    // A mirrored message was written by the emotes of its own channel.
    const writtenIn = tables.of(source ?? channel)
    const emotes = matchEmotes({ text, twitch, bits }, [writtenIn.emotes, tables.of(null).emotes])
    const lists = source === null ? [writtenIn] : [writtenIn, tables.of(channel)]
    const reply = message.reply_to
    return {
      ...message,
      emotes,
      is_bot: isBot(message, parts, lists),
      reply_to: reply && { ...reply, is_bot: isBot(reply, parts, lists) },
    }
  }
}

function isBot(
  { username, user_id, badges = {} }: Pick<ChatMessage, 'username' | 'user_id'> & Partial<ChatMessage>,
  { bots, notBots }: ResolverParts,
  lists: readonly ChannelTable[],
): boolean {
  if (notBots.has(username)) return false
  if (botBadge in badges || knownBots.has(username) || bots.has(username)) return true
  return lists.some(({ botLogins, botUserIds }) => botLogins.has(username) || botUserIds.has(user_id))
}
