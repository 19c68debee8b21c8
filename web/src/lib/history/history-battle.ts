import { messagesIn, messagesPerMinute, type History } from '@chat-battle/contracts/rest/routes/get-history'
import type { Scale } from '../battle/battle-address.ts'
import { peopleOf, scaled } from '../battle/scale.ts'
import type { Entrant } from '../battle/standings.ts'
import type { Stretch } from '../battle/verdict-text.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Longer stretches are judged by the hour. */
const maxMinutes = 180
/** Longer ones by the day. */
const maxHours = 14 * 24

/** A channel's figures of the range, under the name that the page shows. */
export interface Chat {
  login: string
  history: History
}

/** A channel as the standings need it. The pace is that of the time that was covered. */
export function rangeEntrant({ login, history }: Chat): Entrant {
  return {
    login,
    messages: messagesIn(history.points),
    pace: messagesPerMinute(history),
    chatters: history.totals.unique_chatters,
    viewers: history.viewers?.average ?? null,
  }
}

/** The whole minutes, hours or days of a range on a scale: each is judged where every chat was covered throughout. */
export function rangeStretch(
  chats: readonly Chat[],
  scale: Scale,
  { from, to }: { from: number; to: number },
  nowMs: number,
): Stretch {
  const stepMs = judgedStepMs(to - from, Math.max(0, ...chats.map(({ history }) => history.step_ms)))
  const startMs = Math.ceil(from / stepMs) * stepMs
  const steps = Math.max(0, Math.floor((Math.min(to, nowMs) - startMs) / stepMs))
  const contenders = chats.flatMap((chat) => {
    const people = peopleOf(scale, rangeEntrant(chat))
    if (people === null) return []
    const values = valuesOf(chat.history, startMs, stepMs, steps).map((value) => scaled(value, people))
    return [{ login: chat.login, values }]
  })
  return { contenders, startMs, stepMs, isOpen: to >= nowMs }
}

function judgedStepMs(lengthMs: number, pointMs: number): number {
  const stepMs = lengthMs <= maxMinutes * minuteMs ? minuteMs : lengthMs <= maxHours * hourMs ? hourMs : dayMs
  return Math.max(stepMs, pointMs)
}

function valuesOf(
  { points, gaps }: History,
  startMs: number,
  stepMs: number,
  steps: number,
): (number | null)[] {
  const sums = new Array<number>(steps).fill(0)
  for (const { at, message_count } of points) {
    const step = Math.floor((at - startMs) / stepMs)
    if (step >= 0 && step < steps) sums[step] = (sums[step] ?? 0) + message_count
  }
  return sums.map((sum, step) => {
    const at = startMs + step * stepMs
    return gaps.some(({ from, to }) => from < at + stepMs && to > at) ? null : sum
  })
}
