import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChannelEvent, ChatEvent } from '@chat-battle/contracts/records/chat-event'

/** At most this many events are held. Beyond, the time of the oldest is invalid. */
export const maxHeld = 200
/** After this many believed events of its channel with Twitch's clock, a time that is still not believed is invalid. */
export const maxPassed = 20

export type TimedEvent = ChannelEvent & { timestamp: number }

/** An event whose time is not believed yet. */
export interface Held {
  readonly event: TimedEvent
  readonly appendMs: number
  /** Believed events of its channel that came after it. */
  passed: number
}

/** Events ahead of the broker's clock, until it is known whether their time or the clock is wrong. */
export class HeldEvents {
  #held: Held[]

  constructor(held: readonly Held[] = []) {
    this.#held = [...held]
  }

  get isEmpty(): boolean {
    return this.#held.length === 0
  }

  get all(): readonly Held[] {
    return this.#held
  }

  /** Holds an event; returns the one that it replaces, if there are too many. */
  add(event: TimedEvent, appendMs: number): Held | undefined {
    this.#held.push({ event, appendMs, passed: 0 })
    return this.#held.length > maxHeld ? this.#held.shift() : undefined
  }

  /** A person opted out: the held events no longer name them. */
  anonymise(person: OptedOut): void {
    this.#held = this.#held.map((held) => ({ ...held, event: anonymise(held.event, person) }))
  }

  /** Notes a believed event of a channel after its held ones. Those of other channels do not count, so that a replay of one is right. */
  pass(channelId: string): void {
    for (const held of this.#held) if (held.event.channel_id === channelId) held.passed++
  }

  /** Removes the events that are believed now and those that never will be, each in their order of arrival. */
  take(isBelieved: (timestamp: number) => boolean): { believed: Held[]; invalid: Held[] } {
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
