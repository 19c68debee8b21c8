import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { FoundChannel } from '../archive/find-channel.ts'
import type { RestContext } from './endpoint.ts'

/** What Twitch's API last answered for a channel; null unless it is joined now: the answer would not be of now. */
export function liveOf(
  { channels, liveView }: Pick<RestContext, 'channels' | 'liveView'>,
  { id, login }: FoundChannel,
): ChannelLive | null {
  const { state, channel_id } = channels.status(login)
  const live = state === 'joined' && channel_id === id ? liveView.of(id) : undefined
  return live === undefined ? null : { ...live, channel_login: login }
}
