import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'

/** A status that another ingest wrote. */
export function othersStatus(login: string, given: Partial<ChannelStatusRecord>): ChannelStatusRecord {
  return {
    channel_login: login,
    channel_id: '1',
    state: 'joined',
    since: 1,
    gaps: [],
    clock_skew_ms: null,
    ingest: 'other',
    epoch: 9,
    heard_until: null,
    ...given,
  }
}
