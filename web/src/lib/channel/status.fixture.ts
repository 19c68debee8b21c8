import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'

/** The status of a joined channel, with some fields replaced. */
export function statusFixture(given: Partial<ChannelStatus> = {}): ChannelStatus {
  return {
    channel_login: 'arena',
    channel_id: '1',
    state: 'joined',
    since: 0,
    gaps: [],
    clock_skew_ms: null,
    ...given,
  }
}
