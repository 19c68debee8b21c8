import type { Moment } from '@chat-battle/contracts/records/moment'

/** A moment leaves the air this long after its peak. */
export const momentShownMs = 30_000

/** The moment to show: the one that started last, of those whose peak was just now. `nowMs`: epoch ms by the servers. */
export function onAirMoment(moments: readonly Moment[], nowMs: number): Moment | undefined {
  return moments
    .filter(({ peak }) => nowMs - peak < momentShownMs)
    .reduce<Moment | undefined>(
      (newest, moment) => (newest === undefined || moment.start > newest.start ? moment : newest),
      undefined,
    )
}

/** An invented moment, for setting an overlay up. */
export function exampleMoment(channel_login: string, nowMs: number): Moment {
  return {
    channel_id: '0',
    channel_login,
    start: nowMs,
    peak: nowMs,
    end: null,
    revision: 0,
    kind: 'chat',
    times_baseline: 6.4,
    message_count: 214,
    people: 118,
    leading: { kind: 'phrase', text: 'WHAT A SAVE', emote: null, people: 57, share: 0.4 },
    samples: [],
    mood: null,
  }
}
