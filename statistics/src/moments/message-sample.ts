import { z } from 'zod'
import { emoteProvider, type ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { epochMs, opaqueId, shownName } from '@chat-battle/contracts/primitives'
import { hashPerson } from '../collections/id-hash.ts'

/** Messages of at most so many people are kept. */
const maxSampledPeople = 150
const messagesPerPerson = 2
/** Longer texts are cut: a sample has at most so many characters (UTF-16). */
const maxSampleLength = 200
const maxEmotes = 20

const savedMessage = z.object({
  id: opaqueId,
  user: opaqueId,
  at: epochMs,
  text: z.string().max(maxSampleLength),
  /** Whether the text is whole, and its person did not opt out: only then it may be shown. */
  shown: z.boolean(),
  emotes: z.array(z.tuple([emoteProvider, opaqueId, shownName])).max(maxEmotes),
})

export const savedSample = z.object({
  whole: z.boolean(),
  messages: z.array(savedMessage).max(maxSampledPeople * messagesPerPerson),
})

export type KeptMessage = z.infer<typeof savedMessage>

interface SampledPerson {
  readonly rank: number
  messages: KeptMessage[]
}

/** What empty samples share, and never write to: nearly every channel has one. */
const nobody = new Map<string, SampledPerson>()

/**
 * The first two messages of each person; above 150 people, of those with the smallest hashes, which are a fair sample of all.
 * Bounds what a moment's state holds. Each text has its message and person beside it, so that it can be removed.
 */
export class MessageSample {
  #people = nobody
  /** Whether no person was left out. */
  #isWhole = true
  /** The greatest rank, once there are as many people as may be. */
  #greatest: { user: string; rank: number } | undefined

  get isWhole(): boolean {
    return this.#isWhole
  }

  get isEmpty(): boolean {
    return this.#people.size === 0
  }

  /** In the order of their times, then of their ids. */
  messagesBetween(from: number, to: number): KeptMessage[] {
    return this.#all()
      .filter(({ at }) => at >= from && at < to)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }

  add(message: KeptMessage): void {
    const known = this.#people.get(message.user)
    if (known !== undefined) {
      if (known.messages.length < messagesPerPerson) known.messages.push(message)
      return
    }
    const rank = hashPerson(message.user).low >>> 0
    if (this.#people.size >= maxSampledPeople && !this.#makeRoom(rank)) return
    this.#addPerson(message.user, { rank, messages: [message] })
  }

  /** Leaves the greatest person out for one with a smaller rank; false: this one is left out. */
  #makeRoom(rank: number): boolean {
    this.#isWhole = false
    this.#greatest ??= this.#findGreatest()
    if (rank >= this.#greatest.rank) return false
    this.#people.delete(this.#greatest.user)
    this.#greatest = undefined
    return true
  }

  #findGreatest(): { user: string; rank: number } {
    let greatest = { user: '', rank: -1 }
    for (const [user, { rank }] of this.#people) if (rank > greatest.rank) greatest = { user, rank }
    return greatest
  }

  /** Removes the messages that `isGone` says; returns whether there were any. */
  remove(isGone: (message: KeptMessage) => boolean): boolean {
    let hasChanged = false
    for (const [user, person] of this.#people) {
      const left = person.messages.filter((message) => !isGone(message))
      if (left.length === person.messages.length) continue
      hasChanged = true
      person.messages = left
      if (left.length === 0) this.#people.delete(user)
    }
    if (hasChanged) this.#greatest = undefined
    if (this.isEmpty) this.#isWhole = true
    return hasChanged
  }

  /** Replaces the texts for which `edit` returns another one; returns whether there were any. */
  editTexts(edit: (text: string) => string | undefined): boolean {
    let hasChanged = false
    for (const person of this.#people.values()) {
      for (const [index, message] of person.messages.entries()) {
        const text = edit(message.text)
        if (text === undefined) continue
        hasChanged = true
        person.messages[index] = { ...message, text: text.slice(0, maxSampleLength).toWellFormed() }
      }
    }
    return hasChanged
  }

  save(): z.infer<typeof savedSample> {
    return { whole: this.#isWhole, messages: this.#all() }
  }

  static restore({ whole, messages }: z.infer<typeof savedSample>): MessageSample {
    const sample = new MessageSample()
    sample.#isWhole = whole
    for (const message of messages) {
      const person = sample.#people.get(message.user)
      if (person !== undefined) person.messages.push(message)
      else
        sample.#addPerson(message.user, {
          rank: hashPerson(message.user).low >>> 0,
          messages: [message],
        })
    }
    return sample
  }

  #addPerson(user: string, person: SampledPerson): void {
    if (this.#people === nobody) this.#people = new Map()
    this.#people.set(user, person)
  }

  #all(): KeptMessage[] {
    return [...this.#people.values()].flatMap(({ messages }) => messages)
  }
}

/** A message as the sample keeps it. */
export function keptMessage(message: ChatMessage): KeptMessage {
  const { message_id, user_id, timestamp, message: text, emotes, is_anonymous } = message
  const used = new Map<string, KeptMessage['emotes'][number]>()
  for (const { provider, id, name } of emotes) {
    if (used.size >= maxEmotes) break
    used.set(`${provider} ${id}`, [provider, id, name])
  }
  return {
    id: message_id,
    user: user_id,
    at: timestamp,
    // Not between the halves of a surrogate pair.
    text: text.slice(0, maxSampleLength).toWellFormed(),
    shown: !is_anonymous && text !== '' && text.length <= maxSampleLength,
    emotes: [...used.values()],
  }
}
