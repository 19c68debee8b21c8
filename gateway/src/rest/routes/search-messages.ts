import { maxSearches, searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { findChannel } from '../../archive/find-channel.ts'
import { keptRange } from '../../archive/message-range.ts'
import { searchMessages as search } from '../../archive/search.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'

export const searchMessagesEndpoint = endpoint(
  searchMessages,
  async ({ archive, channels, searches, archiveRetentionHours, twitchEmotes }, { params, query }) => {
    const range = keptRange(query.from, query.to, archiveRetentionHours)
    const release = searches.take()
    if (release === undefined)
      throw new RequestRefused(
        'rate_limited',
        `at most ${maxSearches} searches at a time; try again in a moment`,
      )
    try {
      const { id: channelId } = await findChannel(archive, channels, params.channel)
      const found = await search(archive, { channelId, ...query, ...range })
      // Their pictures are requested next.
      for (const { emotes } of found.messages) twitchEmotes.see(emotes)
      return reply(200, found)
    } finally {
      release()
    }
  },
)
