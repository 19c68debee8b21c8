import type { z } from '../zod.ts'
import { chatMessage, type ChatMessage } from './chat-event.ts'

/** A message as it is shown to people: its channel is known from where it is, and a single person's mood is never shown. */
export const shownMessage = chatMessage.omit({
  type: true,
  channel_id: true,
  channel_login: true,
  source_message_id: true,
  mood: true,
  is_anonymous: true,
})

export type ShownMessage = z.infer<typeof shownMessage>

/** Undefined: the person has opted out, so nothing of the message is shown. */
export function toShownMessage(message: ChatMessage): ShownMessage | undefined {
  if (message.is_anonymous) return undefined
  const { message_id, user_id, username, display_name, color, badges, timestamp, emotes } = message
  const { is_action, is_first, is_subscriber, is_bot, bits, reply_to, source_channel_id } = message
  return {
    message_id,
    user_id,
    username,
    display_name,
    color,
    message: message.message,
    is_action,
    timestamp,
    emotes,
    badges,
    bits,
    is_first,
    is_subscriber,
    reply_to,
    source_channel_id,
    is_bot,
  }
}
