import { isOfBot } from '@chat-battle/contracts/known-bots'
import type { RemovedMessages } from '@chat-battle/contracts/live/down'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { onlyToken, type VoteOption } from './vote-options.ts'

/** People whose votes are counted. Those of further people are not. */
const maxVoters = 100_000

interface Vote {
  option: number
  messageId: string
  /** Epoch ms of channel time. */
  at: number
}

/** A stretch of channel time, epoch ms; `to` is exclusive, and null while it is open. */
export interface Stretch {
  readonly from: number
  readonly to: number | null
}

/**
 * Counts the votes of distinct people in a stretch of a chat. A message of one token that is an option is a vote, and a person's last
 * one counts. A vote that is removed counts as none, whatever the person voted before.
 */
export class Ballot {
  readonly #options: ReadonlyMap<string, number>
  readonly #counts: number[]
  readonly #byPerson = new Map<string, Vote>()
  readonly #personByMessage = new Map<string, string>()
  readonly #maxVoters: number
  #stretch: Stretch
  #isFull = false

  constructor(options: readonly VoteOption[], stretch: Stretch, limit = maxVoters) {
    this.#options = new Map(options.map(({ token }, index) => [onlyToken(token) ?? token, index]))
    this.#counts = options.map(() => 0)
    this.#stretch = stretch
    this.#maxVoters = limit
  }

  /** Votes per option. */
  get counts(): number[] {
    return [...this.#counts]
  }

  get stretch(): Stretch {
    return this.#stretch
  }

  /** Whether more people voted than are counted. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** From `to` (epoch ms) on, no vote counts. */
  end(to: number): void {
    this.#stretch = { ...this.#stretch, to }
    for (const [person, { at }] of this.#byPerson) if (at >= to) this.#forget(person)
  }

  /** Takes in a message; it may come again. */
  take(message: ShownMessage): void {
    const { from, to } = this.#stretch
    const { message_id: messageId, user_id: person, timestamp: at } = message
    if (at < from || (to !== null && at >= to)) return
    // Shared Chat shows what people of another channel wrote there.
    if (message.source_channel_id !== null || isOfBot(message)) return
    const token = onlyToken(message.message)
    const option = token === undefined ? undefined : this.#options.get(token)
    if (option === undefined) return
    const before = this.#byPerson.get(person)
    if (before !== undefined && before.at > at) return
    if (before === undefined && this.#byPerson.size >= this.#maxVoters) {
      this.#isFull = true
      return
    }
    this.#forget(person)
    this.#byPerson.set(person, { option, messageId, at })
    this.#personByMessage.set(messageId, person)
    this.#add(option, 1)
  }

  remove({ message_ids, user_ids, all }: RemovedMessages): void {
    if (all) for (const person of this.#byPerson.keys()) this.#forget(person)
    for (const person of user_ids) this.#forget(person)
    for (const id of message_ids) {
      const person = this.#personByMessage.get(id)
      if (person !== undefined) this.#forget(person)
    }
  }

  #forget(person: string): void {
    const vote = this.#byPerson.get(person)
    if (vote === undefined) return
    this.#byPerson.delete(person)
    this.#personByMessage.delete(vote.messageId)
    this.#add(vote.option, -1)
  }

  #add(option: number, votes: number): void {
    this.#counts[option] = (this.#counts[option] ?? 0) + votes
  }
}
