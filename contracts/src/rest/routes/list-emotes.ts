import { z } from '../../zod.ts'
import { channelId, channelLogin, count, epochMs, opaqueId, shownName } from '../../primitives.ts'
import { emoteProvider } from '../../records/chat-event.ts'
import { setProvider } from '../../records/emote-set.ts'
import { channelName } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const dayMs = 24 * 60 * 60 * 1000

/** How far back use is counted: the days of archived messages. */
export const emoteUsageMs = 7 * dayMs
/** How many emotes an answer lists. */
export const maxListedEmotes = 10_000

/**
 * `channel`: in a set of the channel. `global`: in a set of every channel. `seen`: used, and in no set now: Twitch's own emotes, for
 * which there is no list, and those that left a set.
 */
export const emoteScope = z.enum(['channel', 'global', 'seen'])

export const listedEmote = z.object({
  provider: emoteProvider,
  id: opaqueId,
  name: shownName,
  scope: emoteScope,
  is_zero_width: z.boolean(),
  is_animated: z.boolean(),
  /** Path of the picture on this API's own origin; `?static=1` selects one that does not move. */
  url: z.string(),
  /** Occurrences, from `from` to `to`. */
  count,
  /** Start of the newest ten-minute window in which it was used; null: not used. */
  last_used: epochMs.nullable(),
})

export const emoteList = z.object({
  channel_id: channelId,
  channel_login: channelLogin,
  from: epochMs,
  to: epochMs,
  /** The channel's first, then the global ones, then those in no set; of each the most used first. */
  emotes: z.array(listedEmote).max(maxListedEmotes),
  /** The sets that the emotes are from. */
  sets: z.array(
    z.object({
      provider: setProvider,
      scope: emoteScope.exclude(['seen']),
      emote_count: count,
      /** When the provider last answered, epoch ms. */
      fetched_at: epochMs,
    }),
  ),
  /** By how much a count may be low. 0: every count is exact, and an emote without one was not used. */
  max_missed: count,
  /** Windows of the range of which only the statistics are known: their top ten count. */
  windows_without_summary: count,
  /** Whether more emotes were left out at the end of the list. */
  cut: z.boolean(),
})

export const listEmotes = defineRoute({
  id: 'listEmotes',
  method: 'GET',
  path: '/api/channels/{channel}/emotes',
  summary:
    'List the emotes of a channel with how often and when each was last used in seven days. Renews no lease',
  access: 'anyone',
  isRateLimited: true,
  needsView: true,
  params: z.object({ channel: channelName }),
  query: z.object({
    scope: z
      .array(z.enum(['', ...emoteScope.options]))
      .transform((scopes) => scopes.filter((scope) => scope !== ''))
      .optional()
      .describe('Only emotes of these scopes, separated by commas: channel, global, seen. All if empty.'),
  }),
  responses: { 200: { name: 'EmoteList', description: 'The emotes', body: emoteList } },
  errors: ['malformed_channel', 'channel_not_monitored', 'archive_unavailable'],
})

export type EmoteScope = z.infer<typeof emoteScope>
export type ListedEmote = z.infer<typeof listedEmote>
export type EmoteList = z.infer<typeof emoteList>
