import type { ChannelView } from '../channel/channel-view.ts'
import { minuteMs } from '../chart/timeline.ts'
import type { Scale } from './battle-address.ts'
import { peopleOf, scaled } from './scale.ts'
import type { Entrant } from './standings.ts'
import type { Stretch } from './verdict-text.ts'

/** A channel as the standings and the verdict need it. */
export interface Chat {
  login: string
  view: ChannelView
}

export function entrantOf({ login, view }: Chat): Entrant {
  const { pace, timeline, messages, chatters, viewers } = view
  return { login, pace: timeline === null ? null : pace, messages, chatters, viewers }
}

/** The last ten complete minutes of the chats, on a scale. Chats without a frame, or without a figure on it, do not compete. */
export function liveStretch(chats: readonly Chat[], scale: Scale): Stretch {
  const startMs = Math.max(0, ...chats.map(({ view }) => view.minutes?.startMs ?? 0))
  const contenders = chats.flatMap(({ login, view }) => {
    const people = peopleOf(scale, view)
    const { minutes } = view
    if (people === null || minutes === null) return []
    // A chat whose frames end earlier is not known for the rest.
    const counts = minutes.counts.slice((startMs - minutes.startMs) / minuteMs)
    return [{ login, values: counts.map((count) => scaled(count, people)) }]
  })
  return { contenders, startMs, stepMs: minuteMs, isOpen: true }
}
