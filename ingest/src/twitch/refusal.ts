import type { IrcMessage } from '@tmi.js/irc-parser'

/** Why Twitch refuses a channel to this client. */
export type Refusal = 'not_found' | 'suspended' | 'banned' | 'limit_reached'

/**
 * NOTICEs by their msg-id (https://dev.twitch.tv/docs/irc/msg-id/). The last id is undocumented: Twitch sends it for an
 * account's 101st channel (https://github.com/twitch4j/twitch4j/pull/985).
 */
const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['msg_room_not_found', 'not_found'],
  ['msg_channel_suspended', 'suspended'],
  ['tos_ban', 'suspended'],
  ['msg_banned', 'banned'],
  ['msg_channel_blocked', 'banned'],
  ['msg_suspended', 'banned'],
  ['msg_concurrent_channel_limit_reached', 'limit_reached'],
])

/** The refusal that a NOTICE states; undefined for any other NOTICE. */
export function refusalOf(notice: IrcMessage): Refusal | undefined {
  return refusals.get(notice.rawTags['msg-id'] ?? '')
}
