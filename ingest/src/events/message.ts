import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { IrcMessage } from '@tmi.js/irc-parser'
import { parseEmotes } from './emotes.ts'
import {
  channelOf,
  clip,
  maxNameLength,
  maxTextLength,
  numberTag,
  sourceOf,
  tag,
  type LineContext,
} from './irc-line.ts'

const actionPrefix = '\u0001ACTION '
const actionSuffix = '\u0001'

/** A PRIVMSG as an unchecked `message` event. */
export function messageEvent(line: IrcMessage, context: LineContext): unknown {
  const sent = line.params[0] ?? ''
  const isAction = sent.startsWith(actionPrefix)
  const text = isAction ? sent.slice(actionPrefix.length).replace(new RegExp(`${actionSuffix}$`), '') : sent
  const message = clip(text, maxTextLength)
  const { nick } = line.prefix
  const username = nick === undefined ? undefined : clip(nick, maxNameLength)
  const badges = badgesOf(line)
  return {
    type: 'message',
    ...channelOf(line, context),
    message_id: tag(line, 'id'),
    user_id: tag(line, 'user-id'),
    username,
    display_name: clip(tag(line, 'display-name') ?? username ?? '', maxNameLength),
    color: colorOf(line),
    message,
    is_action: isAction,
    timestamp: numberTag(line, 'tmi-sent-ts'),
    emotes: parseEmotes(tag(line, 'emotes') ?? '', message),
    badges,
    bits: numberTag(line, 'bits') ?? 0,
    is_first: tag(line, 'first-msg') === '1',
    // Twitch sends `subscriber=0` and a founder badge for the first subscribers of a channel.
    is_subscriber: tag(line, 'subscriber') === '1' || 'founder' in badges,
    reply_to: replyOf(line),
    ...sourceOf(line),
  }
}

/** `#rrggbb`; null where the person chose none. */
function colorOf(line: IrcMessage): string | null {
  const color = tag(line, 'color')?.toLowerCase()
  return color !== undefined && /^#[0-9a-f]{6}$/.test(color) ? color : null
}

function badgesOf(line: IrcMessage): Record<string, string> {
  const badges = (tag(line, 'badges') ?? '').split(',').filter((badge) => badge !== '')
  return Object.fromEntries(
    badges.map((badge) => {
      const slash = badge.lastIndexOf('/')
      return slash < 0 ? [badge, ''] : [badge.slice(0, slash), badge.slice(slash + 1)]
    }),
  )
}

function replyOf(line: IrcMessage): ChatMessage['reply_to'] {
  const messageId = tag(line, 'reply-parent-msg-id')
  const userId = tag(line, 'reply-parent-user-id')
  if (messageId === undefined || userId === undefined) return null
  return {
    message_id: messageId,
    user_id: userId,
    username: clip(tag(line, 'reply-parent-user-login') ?? '', maxNameLength),
    is_bot: null,
  }
}
