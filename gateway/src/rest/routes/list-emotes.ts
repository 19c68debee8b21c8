import {
  emoteScope,
  listEmotes,
  maxListedEmotes,
  type EmoteList,
} from '@chat-battle/contracts/rest/routes/list-emotes'
import { findChannel } from '../../archive/find-channel.ts'
import { emoteList } from '../../emotes/emote-list.ts'
import { withFrames } from '../../emotes/open-usage.ts'
import { endpoint, reply } from '../endpoint.ts'

export const listEmotesEndpoint = endpoint(listEmotes, async (context, { params, query }) => {
  const { archive, channels, emoteUsage, emoteSets, statsView, twitchEmotes } = context
  const { id: channelId, login } = await findChannel(archive, channels, params.channel)
  const archived = await emoteUsage.of(channelId)
  const { from, to } = emoteUsage.range()
  const isNew = ({ window_start: start }: { window_start: number }) =>
    start >= from && !archived.windows.has(start)
  const { used, maxMissed } = withFrames(archived, statsView.windows(channelId).filter(isNew))
  const [channelSets, globalSets] = [emoteSets.ofChannel(channelId), emoteSets.ofChannel(null)]
  const scopes = new Set(
    query.scope === undefined || query.scope.length === 0 ? emoteScope.options : query.scope,
  )
  const emotes = emoteList({ used, channelSets, globalSets, scopes })
  const listed = emotes.slice(0, maxListedEmotes)
  // Their pictures are requested next.
  twitchEmotes.see(listed)
  const describe = (scope: 'channel' | 'global') => (set: (typeof channelSets)[number]) => ({
    provider: set.head.provider,
    scope,
    emote_count: set.head.emote_count,
    fetched_at: set.head.fetched_at,
  })
  return reply(200, {
    channel_id: channelId,
    channel_login: login,
    from,
    to,
    emotes: listed,
    sets: [...channelSets.map(describe('channel')), ...globalSets.map(describe('global'))],
    max_missed: maxMissed,
    windows_without_summary: archived.windowsWithoutSummary,
    cut: listed.length < emotes.length,
  } satisfies EmoteList)
})
