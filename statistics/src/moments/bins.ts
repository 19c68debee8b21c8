import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { MoodCounts } from '@chat-battle/contracts/records/mood'
import type { Collection, PagePlace } from '../collections/collection.ts'
import { hashPerson } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'

/** The step in which moments are looked for, event time. */
export const binMs = 5000

export function binOf(timeMs: number): number {
  return Math.floor(timeMs / binMs)
}

export const savedMoods = z.tuple([count, count, count])

export const savedBin = z.tuple([count, count, count, count, count, count])

/** One bin of a channel: the messages of people, without known bots and mirrored ones. */
export class Bin {
  readonly index: number
  /** Messages, at most two of each person. */
  capped = 0
  messages = 0
  moods = noMoods()
  readonly people = new IdSet()
  /** Those with more than one message. */
  again: IdSet | undefined

  constructor(index: number) {
    this.index = index
  }

  save(): z.infer<typeof savedBin> {
    const { index, capped, messages, moods } = this
    return [index, capped, messages, moods.positive, moods.negative, moods.neutral]
  }

  /** A bin without its people. */
  static restore([index, capped, messages, positive, negative, neutral]: z.infer<typeof savedBin>): Bin {
    const bin = new Bin(index)
    Object.assign(bin, { capped, messages, moods: { positive, negative, neutral } })
    return bin
  }

  /** Counts a message; returns whether it is one of its person's first two. */
  count({ user_id, mood }: Pick<ChatMessage, 'user_id' | 'mood'>): boolean {
    const person = hashPerson(user_id)
    this.messages++
    if (mood !== null) addMood(this.moods, mood)
    if (!this.people.add(person) && !(this.again ??= new IdSet()).add(person)) return false
    this.capped++
    return true
  }
}

function addMood(moods: MoodCounts, mood: -1 | 0 | 1): void {
  moods[mood > 0 ? 'positive' : mood < 0 ? 'negative' : 'neutral']++
}

export function noMoods(): MoodCounts {
  return { positive: 0, negative: 0, neutral: 0 }
}

export function addMoods(one: MoodCounts, other: MoodCounts): MoodCounts {
  return {
    positive: one.positive + other.positive,
    negative: one.negative + other.negative,
    neutral: one.neutral + other.neutral,
  }
}

export function saveMoods({ positive, negative, neutral }: MoodCounts): z.infer<typeof savedMoods> {
  return [positive, negative, neutral]
}

export function restoreMoods([positive, negative, neutral]: z.infer<typeof savedMoods>): MoodCounts {
  return { positive, negative, neutral }
}

/** How many closed bins are remembered: ten minutes and the 30 s before the open bin that no baseline contains. */
export const rememberedBins = 128
const smallLimit = 254
const unknownSmall = 255
const unknownLarge = 0xffff
const largeLimit = 0xfffe
/** What empty histories share. */
const noCounts = new Uint8Array(0)

/** The capped counts of a channel's last closed bins. A bin that was not covered is unknown. */
export class BinHistory implements Collection {
  /** By index modulo `rememberedBins`. Bytes until a count needs two. */
  #counts: Uint8Array | Uint16Array = noCounts
  readonly pageCount = 1

  /** Undefined for an unknown bin. */
  at(index: number): number | undefined {
    const count = this.#counts[index % rememberedBins]
    return count === undefined || count === this.#unknown ? undefined : count
  }

  set(index: number, count: number): void {
    if (this.#counts.length === 0) this.#counts = new Uint8Array(rememberedBins).fill(unknownSmall)
    if (count > smallLimit && this.#counts instanceof Uint8Array) this.#widen()
    this.#counts[index % rememberedBins] = Math.min(count, largeLimit)
  }

  /** Forgets bins: from `first` up to and including `last`. */
  forget(first: number, last: number): void {
    for (let index = Math.max(first, last - rememberedBins + 1); index <= last; index++)
      if (this.#counts.length > 0) this.#counts[index % rememberedBins] = this.#unknown
  }

  page(): Buffer {
    return Buffer.from(this.#counts.buffer, this.#counts.byteOffset, this.#counts.byteLength)
  }

  takeChangedPages(): number[] {
    return [0]
  }

  restorePage(page: Buffer, _place: PagePlace): void {
    const isLarge = page.length === 2 * rememberedBins
    if (!isLarge && page.length !== rememberedBins)
      throw new Error(`a history of ${page.length} bytes, expected ${rememberedBins} or twice as many`)
    this.#counts = isLarge
      ? Uint16Array.from({ length: rememberedBins }, (_, index) => page.readUInt16LE(2 * index))
      : Uint8Array.from(page)
  }

  get #unknown(): number {
    return this.#counts instanceof Uint8Array ? unknownSmall : unknownLarge
  }

  #widen(): void {
    this.#counts = Uint16Array.from(this.#counts, (count) => (count === unknownSmall ? unknownLarge : count))
  }
}
