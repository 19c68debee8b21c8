import type { Moment } from '@chat-battle/contracts/records/moment'

/** A message in the form of Discord (https://discord.com/developers/docs/resources/webhook#execute-webhook). */
export interface WebhookMessage {
  readonly content: string
  readonly username: string
  /** Nobody is mentioned, whatever the content is. */
  readonly allowed_mentions: { readonly parse: readonly [] }
}

/**
 * The message of a moment that begins. It has figures and the name of an emote, and no text of people: a text outside could not be
 * removed any more.
 */
export function momentMessage({
  channel_login,
  times_baseline,
  message_count,
  people,
  leading,
}: Moment): WebhookMessage {
  const figures = `${times_baseline.toFixed(1)} times the usual chat, ${message_count} messages by ${people} people so far`
  const led = leading.emote === null ? '' : `, led by ${plain(leading.emote.name)}`
  return messageOf(channel_login, figures + led)
}

/** The message of a busy minute. */
export function paceMessage(login: string, messageCount: number): WebhookMessage {
  return messageOf(login, `${messageCount} messages within a minute`)
}

function messageOf(login: string, content: string): WebhookMessage {
  return {
    content: `**${plain(login)}**: ${content}`,
    username: 'Chat Battle',
    allowed_mentions: { parse: [] },
  }
}

/** Without the meaning of Discord's markup. */
function plain(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<@:-]/g, String.raw`\$&`)
}
