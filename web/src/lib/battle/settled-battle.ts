import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { minuteMs } from '../chart/timeline.ts'
import { awaitedTimes, liveTimes } from './live-chart.ts'
import { entrantOf, liveStretch, type Chat } from './live-stretch.ts'
import type { Entrant } from './standings.ts'

/** A battle of a fixed time. */
export interface SettledBattle {
  entrants: readonly Entrant[]
  range: TimeRange
}

/**
 * The battle of the complete minutes since the first one in which every chat is known: its figures, with the mean pace of these minutes, do
 * not change any more. Before such a minute is over: the figures until now.
 */
export function settledBattle(chats: readonly Chat[], nowMs: number): SettledBattle {
  const { startMs, contenders } = liveStretch(chats, 'messages')
  const steps = Math.max(0, ...contenders.map(({ values }) => values.length))
  const isKnown = (step: number) => contenders.every(({ values }) => (values[step] ?? null) !== null)
  const first = Array.from({ length: steps }, (_, step) => step).find(isKnown)
  if (first === undefined) {
    const range = liveTimes(chats.map(({ view }) => view)) ?? awaitedTimes(nowMs)
    return { entrants: chats.map(entrantOf), range }
  }
  const range = { from: startMs + first * minuteMs, to: startMs + steps * minuteMs }
  return { entrants: chats.map((chat) => entrantSince(chat, range.from)), range }
}

function entrantSince(chat: Chat, fromMs: number): Entrant {
  const { minutes } = chat.view
  if (minutes === null) return entrantOf(chat)
  const counts = minutes.counts.slice((fromMs - minutes.startMs) / minuteMs).filter((count) => count !== null)
  const messages = counts.reduce((sum, count) => sum + count, 0)
  return { ...entrantOf(chat), messages, pace: counts.length === 0 ? null : messages / counts.length }
}
