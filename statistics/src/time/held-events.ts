import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'

/** More are not held: the oldest is then taken for one with an invalid time. */
export const maxHeld = 200
/** So many believed events of Twitch's clock after it, and a time that is still not believed is invalid. */
export const maxPassed = 20

export type TimedEvent = ChatEvent & { timestamp: number }

/** An event whose time is not believed yet. */
export interface Held {
  readonly event: TimedEvent
  readonly appendMs: number
  /** Believed events that came after it. */
  passed: number
}

/** Events that lie ahead of the broker's clock, until it is known whether they or the clock are wrong. */
export class HeldEvents {
  #held: Held[]

  constructor(held: readonly Held[] = []) {
    this.#held = [...held]
  }

  get all(): readonly Held[] {
    return this.#held
  }

  /** Holds an event; gives the one that has to go for it. */
  add(event: TimedEvent, appendMs: number): Held | undefined {
    this.#held.push({ event, appendMs, passed: 0 })
    return this.#held.length > maxHeld ? this.#held.shift() : undefined
  }

  /** Notes that a believed event came after all of these. */
  pass(): void {
    for (const held of this.#held) held.passed++
  }

  /** Takes out those that are believed now, and those that never will be, each in the order in which they came. */
  take(isBelieved: (timestamp: number) => boolean): { believed: Held[]; invalid: Held[] } {
    if (this.#held.length === 0) return { believed: [], invalid: [] }
    const {
      believed = [],
      invalid = [],
      waiting = [],
    } = Object.groupBy(this.#held, (held) =>
      isBelieved(held.event.timestamp) ? 'believed' : held.passed >= maxPassed ? 'invalid' : 'waiting',
    )
    this.#held = waiting
    return { believed, invalid }
  }
}

export function hasTime(event: ChatEvent): event is TimedEvent {
  return event.timestamp !== null
}
