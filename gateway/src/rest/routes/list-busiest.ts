import { listBusiest, type BusiestChannels } from '@chat-battle/contracts/rest/routes/list-busiest'
import { endpoint, reply } from '../endpoint.ts'

export const listBusiestEndpoint = endpoint(listBusiest, ({ statusView, channels }, { query }) => {
  // `monitored` is sorted by login, and the sort is stable.
  const joined = statusView.monitored().flatMap((status): BusiestChannels['channels'] => {
    const stats = status.state === 'joined' ? channels.current(status.channel_login) : null
    return stats === null ? [] : [{ status, stats }]
  })
  joined.sort((a, b) => b.stats.message_count - a.stats.message_count)
  return reply(200, { channels: joined.slice(0, query.limit) })
})
