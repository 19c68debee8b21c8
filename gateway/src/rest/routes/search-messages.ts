import { searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { findChannel } from '../../archive/find-channel.ts'
import { keptRange } from '../../archive/message-range.ts'
import { searchMessages as search } from '../../archive/search.ts'
import { endpoint, reply } from '../endpoint.ts'

export const searchMessagesEndpoint = endpoint(
  searchMessages,
  async ({ archive, channels, archiveRetentionHours, twitchEmotes }, { params, query }) => {
    const range = keptRange(query.from, query.to, archiveRetentionHours)
    const { id: channelId } = await findChannel(archive, channels, params.channel)
    const found = await search(archive, { channelId, ...query, ...range })
    // Their pictures are requested next.
    for (const { emotes } of found.messages) twitchEmotes.see(emotes)
    return reply(200, found)
  },
)
