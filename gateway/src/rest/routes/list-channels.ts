import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { RouteInput } from '@chat-battle/contracts/rest/route'
import { listChannels, type ChannelList } from '@chat-battle/contracts/rest/routes/list-channels'
import type { Channels } from '../../current/channels.ts'
import { endpoint, reply } from '../endpoint.ts'

type Query = RouteInput<typeof listChannels>['query']

export const listChannelsEndpoint = endpoint(listChannels, ({ statusView, channels }, { query }) =>
  reply(200, pageOf(statusView.monitored(), query, channels)),
)

/** `monitored` is sorted by login. An empty `logins` selects no channel, an empty `state` every channel. */
function pageOf(
  monitored: readonly ChannelStatus[],
  { logins, state = [], limit, cursor = '' }: Query,
  channels: Channels,
): ChannelList {
  const selected = logins === undefined ? undefined : new Set(logins.map((name) => channels.resolve(name)))
  const states = new Set(state)
  const matching = monitored.filter(
    (status) =>
      status.channel_login > cursor &&
      (selected?.has(status.channel_login) ?? true) &&
      (states.size === 0 || states.has(status.state)),
  )
  const page = matching.slice(0, limit)
  const next_cursor = matching.length > limit ? (page.at(-1)?.channel_login ?? null) : null
  return { channels: page, next_cursor }
}
