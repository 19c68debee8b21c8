import { knownBots } from '@chat-battle/contracts/known-bots'
import type { EmoteSetHead } from '@chat-battle/contracts/records/emote-set'
import type { ListedBot } from '@chat-battle/contracts/rest/routes/list-bots'

export interface BotListInput {
  /** BOT_LOGINS. */
  logins: readonly string[]
  heads: Iterable<EmoteSetHead>
  /** Only bots of this channel and of every channel; undefined: of all channels. */
  channelId: string | undefined
  loginOf: (channelId: string) => string | undefined
}

/** One entry per person and source: the settings, the built-in list, then what channels say. Lazy, as there may be many. */
export function* listBots({ logins, heads, channelId, loginOf }: BotListInput): Generator<ListedBot> {
  const everywhere = { user_id: null, channel_id: null, channel_login: null }
  for (const login of logins) yield { login, source: 'setting', ...everywhere }
  for (const login of knownBots) yield { login, source: 'built_in', ...everywhere }
  for (const { channel_id, provider, bot_logins, bot_user_ids } of heads) {
    if (provider === '7tv' || (channelId !== undefined && channel_id !== null && channel_id !== channelId))
      continue
    const where = {
      source: provider,
      channel_id,
      channel_login: (channel_id === null ? undefined : loginOf(channel_id)) ?? null,
    }
    for (const login of bot_logins) yield { login, user_id: null, ...where }
    for (const user_id of bot_user_ids) yield { login: null, user_id, ...where }
  }
}
