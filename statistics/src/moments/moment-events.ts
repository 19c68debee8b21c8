import { z } from 'zod'
import { epochMs } from '@chat-battle/contracts/primitives'
import type { Notice } from '@chat-battle/contracts/records/chat-event'

/** What a notice weighs. A moment whose start has this much beside it is an event: a raid, or three gifts. */
const eventWeight = 3
const weights: Readonly<Record<string, number>> = {
  raid: eventWeight,
  announcement: eventWeight,
  submysterygift: eventWeight,
  anonsubmysterygift: eventWeight,
  subgift: 1,
  anonsubgift: 1,
}
/** A notice belongs to a moment that starts up to so long after it, or before it. */
const [maxBeforeMs, maxAfterMs] = [30_000, 15_000]
const rememberMs = 60_000
const maxRemembered = 20

export const savedEvents = z.array(z.tuple([epochMs, z.int().min(1).max(eventWeight)])).max(maxRemembered)

/** The last notices that may stand at a moment's start. */
export class MomentEvents {
  #notices: [at: number, weight: number][]

  constructor(saved: z.infer<typeof savedEvents> = []) {
    this.#notices = saved
  }

  get isEmpty(): boolean {
    return this.#notices.length === 0
  }

  /** Returns whether the notice is of a kind that may make an event of a moment. */
  add({ kind, timestamp, source_channel_id }: Notice): boolean {
    const weight = Object.hasOwn(weights, kind) ? weights[kind] : undefined
    if (weight === undefined || source_channel_id !== null) return false
    this.#notices.push([timestamp, weight])
    if (this.#notices.length > maxRemembered) this.#notices.shift()
    return true
  }

  forgetBefore(timeMs: number): void {
    if (this.#notices.length > 0) this.#notices = this.#notices.filter(([at]) => at >= timeMs - rememberMs)
  }

  standAt(startMs: number): boolean {
    let weight = 0
    for (const [at, each] of this.#notices)
      if (at >= startMs - maxBeforeMs && at < startMs + maxAfterMs) weight += each
    return weight >= eventWeight
  }

  save(): z.infer<typeof savedEvents> {
    return this.#notices
  }
}
