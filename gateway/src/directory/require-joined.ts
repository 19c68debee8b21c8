import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { RequestRefused } from '../refusal.ts'

/** Throws `RequestRefused` if a channel has no statistics because of its state. */
export function requireJoined(login: string, state: ChannelStatus['state'] | undefined): void {
  switch (state) {
    case undefined:
    case 'parted':
      throw new RequestRefused(
        'channel_not_monitored',
        `${login} is not monitored; start it with POST /api/channels/${login}/watch`,
      )
    case 'not_found':
      throw new RequestRefused('channel_not_found', `Twitch has no channel ${login}`)
    case 'suspended':
      throw new RequestRefused('channel_suspended', `${login} is suspended on Twitch`)
    case 'banned':
      throw new RequestRefused('channel_banned', `Twitch refuses this installation's account in ${login}`)
    case 'limit_reached':
      throw new RequestRefused(
        'channel_limit_reached',
        `the Twitch account has joined as many channels as it may; ${login} is tried again later`,
      )
    case 'joining':
    case 'joined':
    case 'reconnecting':
  }
}
