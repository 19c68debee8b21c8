import { noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'

/** A moment of channel 1001, with one sample unless given. */
export function momentFixture(start: number, given: Partial<MomentRecord> = {}): MomentRecord {
  return {
    channel_id: '1001',
    channel_login: 'arena',
    start,
    peak: start,
    end: start + 20_000,
    revision: 7,
    kind: 'chat',
    times_baseline: 5.5,
    message_count: 60,
    people: 40,
    leading: noLeading,
    samples: ['what a play'],
    mood: null,
    sample_sources: [{ message_id: 'm1', user_id: '7' }],
    leading_sources: [],
    ...given,
  }
}
