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
  const { pace, messages, chatters, viewers } = view
  return { login, pace, messages, chatters, viewers }
}

/** The last ten complete minutes of the chats, on a scale. Chats without a figure on it do not compete. */
export function liveStretch(chats: readonly Chat[], scale: Scale): Stretch {
  const startMs = Math.max(0, ...chats.map(({ view }) => view.minutes?.startMs ?? 0))
  const contenders = chats.flatMap(({ login, view }) => {
    const people = peopleOf(scale, view)
    if (people === null) return []
    const { minutes } = view
    // A chat whose frames end earlier is not known for the rest.
    const behind = minutes === null ? 0 : (startMs - minutes.startMs) / minuteMs
    const counts = minutes === null ? [] : minutes.counts.slice(behind)
    return [{ login, values: counts.map((count) => scaled(count, people)) }]
  })
  return { contenders, startMs, stepMs: minuteMs, isOpen: true }
}
