import type { IrcMessage } from '@tmi.js/irc-parser'
import { channelOf, clip, maxNameLength, numberTag, tag, type LineContext } from './irc-line.ts'

/** A CLEARCHAT as an unchecked `moderation` event: a ban, a timeout, or the whole chat cleared. */
export function clearChatEvent(line: IrcMessage, context: LineContext): unknown {
  const [target] = line.params
  const username = target === undefined ? null : clip(target, maxNameLength)
  const duration = numberTag(line, 'ban-duration') ?? null
  return {
    type: 'moderation',
    ...channelOf(line, context),
    action: username === null ? 'clear_chat' : duration === null ? 'ban' : 'timeout',
    target_user_id: tag(line, 'target-user-id') ?? null,
    target_username: username,
    target_message_id: null,
    duration_s: duration,
    timestamp: numberTag(line, 'tmi-sent-ts') ?? context.timestamp,
  }
}

/** A CLEARMSG as an unchecked `moderation` event: one message deleted. Its `room-id` may be empty. */
export function clearMessageEvent(line: IrcMessage, context: LineContext): unknown {
  return {
    type: 'moderation',
    ...channelOf(line, context),
    action: 'delete_message',
    target_user_id: null,
    target_username: tag(line, 'login') ?? null,
    target_message_id: tag(line, 'target-msg-id'),
    duration_s: null,
    timestamp: numberTag(line, 'tmi-sent-ts') ?? context.timestamp,
  }
}
