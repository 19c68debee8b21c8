import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'

/** The status of a joined channel, but for what is given. */
export function statusFixture(given: Partial<ChannelStatusRecord> = {}): ChannelStatusRecord {
  return {
    channel_login: 'arena',
    channel_id: '1001',
    state: 'joined',
    since: 1,
    gaps: [],
    clock_skew_ms: null,
    ingest: 'a',
    epoch: 1,
    heard_until: null,
    ...given,
  }
}
