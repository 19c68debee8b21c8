import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import type { Arrival } from '../archive/arrivals.ts'

/**
 * The authors of moderated messages, whom the archive no longer names. They were counted as themselves when it was live, so a person
 * with other messages in the windows around is counted as one. A person who opted out has none.
 */
export class ModeratedPeople {
  readonly #hash: PersonHash | undefined
  /** The last name of each person by id. */
  readonly #names = new Map<string, string>()
  readonly #idByAnonymousId = new Map<string, string>()

  constructor(hash: PersonHash | undefined) {
    this.#hash = hash
  }

  /** Returns the records with the authors that they had when it was live. */
  restore(arrivals: readonly Arrival[]): readonly Arrival[] {
    if (!arrivals.some(({ event }) => event.type === 'message' && event.is_anonymous)) return arrivals
    for (const { event } of arrivals) if (event.type === 'message') this.#learn(event)
    return arrivals.map((arrival) => {
      const { event } = arrival
      if (event.type !== 'message' || !event.is_anonymous) return arrival
      const userId = this.#idByAnonymousId.get(event.user_id) ?? event.user_id
      const username = this.#names.get(userId)
      if (username === undefined) return arrival
      return { ...arrival, event: { ...event, user_id: userId, username, is_anonymous: false } }
    })
  }

  #learn({ user_id, username, is_anonymous, reply_to }: ChatMessage): void {
    if (!is_anonymous) this.#add(user_id, username)
    if (reply_to !== null && reply_to.username !== '') this.#add(reply_to.user_id, reply_to.username)
  }

  #add(userId: string, username: string): void {
    if (!this.#names.has(userId))
      for (const anonymousId of this.#hash?.anonymousIds(userId) ?? [])
        this.#idByAnonymousId.set(anonymousId, userId)
    this.#names.set(userId, username)
  }
}
