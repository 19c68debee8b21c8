import { searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { archivedChannelId } from '../../archive/archived-channel.ts'
import { requireMessageRange } from '../../archive/message-range.ts'
import { searchMessages as search } from '../../archive/search.ts'
import { endpoint, reply } from '../endpoint.ts'

export const searchMessagesEndpoint = endpoint(
  searchMessages,
  async ({ archive, channels }, { params, query }) => {
    requireMessageRange(query.from, query.to)
    const channelId = archivedChannelId(channels, params.channel)
    return reply(200, await search(archive, { channelId, ...query }))
  },
)
