import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { Channels } from './channels.ts'
import type { LiveView } from './live-view.ts'

export interface LiveSources {
  readonly channels: Pick<Channels, 'status'>
  readonly liveView: Pick<LiveView, 'of'>
}

/** What Twitch's API last answered for a channel; null unless it is joined now: the answer would not be of now. */
export function liveOf(
  { channels, liveView }: LiveSources,
  { id, login }: { readonly id: string | null; readonly login: string },
): ChannelLive | null {
  const { state, channel_id } = channels.status(login)
  const live = state === 'joined' && id !== null && channel_id === id ? liveView.of(id) : undefined
  return live === undefined ? null : { ...live, channel_login: login }
}
