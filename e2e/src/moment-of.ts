import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { channelMomentsTopic } from '@chat-battle/contracts/records/topics'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { publish } from './publish.ts'

/** A moment that goes on, but for what is given. */
export function momentOf(login: string, given: Partial<MomentRecord> = {}): MomentRecord {
  return {
    channel_id: derivedRoomId(login),
    channel_login: login,
    start: Date.now() - 30_000,
    peak: Date.now() - 20_000,
    end: null,
    revision: 1,
    kind: 'event',
    times_baseline: 7.25,
    message_count: 1234,
    people: 321,
    leading: {
      kind: 'emote',
      text: 'PogU',
      emote: { id: '25', name: 'PogU', provider: 'twitch' },
      people: 210,
      share: 0.5,
    },
    samples: ['PogU PogU', 'what a play'],
    mood: { positive: 0.62, negative: 0.1, coverage: 0.8 },
    sample_sources: [
      { message_id: 'm1', user_id: 'u1' },
      { message_id: 'm2', user_id: 'u2' },
    ],
    leading_sources: [],
    ...given,
  }
}

export async function publishMoment(kafkaPort: number, moment: MomentRecord): Promise<void> {
  await publish(kafkaPort, channelMomentsTopic.name, momentKey(moment), moment)
}
