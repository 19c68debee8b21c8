import { noLeading, type Moment } from '@chat-battle/contracts/records/moment'

export function exampleMoment(given: Partial<Moment> = {}): Moment {
  return {
    channel_id: '1',
    channel_login: 'arena',
    start: 1_000_000,
    peak: 1_005_000,
    end: 1_020_000,
    revision: 1,
    kind: 'chat',
    times_baseline: 4.2,
    message_count: 60,
    people: 40,
    leading: noLeading,
    samples: [],
    mood: null,
    ...given,
  }
}
