import { watchChannels, type LeaseTaken } from '@chat-battle/contracts/rest/routes/watch-channels'
import type { Channels } from '../../current/channels.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'
import type { RequestLeases } from '../request-leases.ts'

export const watchChannelsEndpoint = endpoint(watchChannels, async ({ channels }, { query }, { leases }) =>
  reply(202, {
    leases: await Promise.all(query.channels.map((asked) => leaseOf(channels, asked, leases))),
  }),
)

async function leaseOf(channels: Channels, asked: string, leases: RequestLeases): Promise<LeaseTaken> {
  let channel_login: string | null = null
  try {
    channel_login = channels.resolve(asked)
    return { asked, channel_login, lease_until: await leases.take(channel_login), error: null }
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    return { asked, channel_login, lease_until: null, error: error.toBody() }
  }
}
