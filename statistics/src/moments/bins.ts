import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { MoodCounts } from '@chat-battle/contracts/records/mood'
import { hashPerson } from '../collections/id-hash.ts'
import { IdSet } from '../collections/id-set.ts'
import type { PageBuffer } from '../collections/page-buffer.ts'

/** The step in which moments are looked for, event time. */
export const binMs = 5000

export function binOf(timeMs: number): number {
  return Math.floor(timeMs / binMs)
}

export const savedMoods = z.tuple([count, count, count])

/** The moods of no message: what most bins have. */
export const nothingKnown: Readonly<MoodCounts> = { positive: 0, negative: 0, neutral: 0 }

/** One bin of a channel: the messages of people, without known bots and mirrored ones. */
export class Bin {
  readonly index: number
  /** Messages, at most two of each person. */
  capped = 0
  messages = 0
  moods: Readonly<MoodCounts> = nothingKnown
  readonly people = new IdSet()
  /** Those with more than one message. */
  again: IdSet | undefined

  constructor(index: number) {
    this.index = index
  }

  /** Counts a message; returns whether it is one of its person's first two. */
  count({ user_id, mood }: Pick<ChatMessage, 'user_id' | 'mood'>): boolean {
    const person = hashPerson(user_id)
    this.messages++
    if (mood !== null) this.moods = withMood(this.moods, mood)
    if (!this.people.add(person) && !(this.again ??= new IdSet()).add(person)) return false
    this.capped++
    return true
  }
}

function withMood(moods: Readonly<MoodCounts>, mood: -1 | 0 | 1): MoodCounts {
  const { positive, negative, neutral } = moods
  if (mood > 0) return { positive: positive + 1, negative, neutral }
  return mood < 0
    ? { positive, negative: negative + 1, neutral }
    : { positive, negative, neutral: neutral + 1 }
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
const bitsPerWord = 32
const bytesPerWord = 4
/** A count takes so many bits: the fewest that suffice for all. */
const widths = [4, 8, 16]

/**
 * The capped counts of a channel's last closed bins. A bin that was not covered is unknown. Counts share words in a plain array:
 * V8 allocates a typed array of this size outside of its heap, which costs ten times as much.
 */
export class BinHistory {
  /** By index modulo `rememberedBins`; all bits of an unknown count are set. Empty before the first count. */
  #words: number[] = []
  #bits = widths[0] ?? 4
  #unknown = 2 ** this.#bits - 1

  /** Puts the counts of the known bins from `first` up to before `end` into `counts`; returns how many there are. */
  collect(first: number, end: number, counts: Uint16Array, isExcluded: (index: number) => boolean): number {
    const words = this.#words
    const bits = this.#bits
    const unknown = this.#unknown
    if (words.length === 0) return 0
    let size = 0
    for (let index = first; index < end; index++) {
      const bit = (index % rememberedBins) * bits
      const count = ((words[Math.floor(bit / bitsPerWord)] ?? -1) >>> (bit % bitsPerWord)) & unknown
      if (count !== unknown && !isExcluded(index)) counts[size++] = count
    }
    return size
  }

  set(index: number, count: number): void {
    if (this.#words.length === 0) this.#words = new Array<number>(this.#wordCount).fill(-1)
    while (count >= this.#unknown && this.#bits < bitsPerWord / 2) this.#widen()
    this.#setBits(index, Math.min(count, this.#unknown - 1))
  }

  /** Forgets bins: from `first` up to and including `last`. */
  forget(first: number, last: number): void {
    if (this.#words.length === 0) return
    for (let index = Math.max(first, last - rememberedBins + 1); index <= last; index++)
      this.#setBits(index, this.#unknown)
  }

  /** How many bytes `save` writes. */
  get bytes(): number {
    return this.#words.length * bytesPerWord
  }

  save(into: PageBuffer): void {
    for (const word of this.#words) into.addInt32(word)
  }

  /** Throws for a page that `save` does not write. */
  restore(page: Buffer): void {
    if (page.length === 0) return
    const bits = (page.length * 8) / rememberedBins
    if (!widths.includes(bits)) throw new Error(`a history of ${page.length} bytes`)
    this.#bits = bits
    this.#unknown = 2 ** bits - 1
    this.#words = Array.from({ length: this.#wordCount }, (_, word) => page.readInt32LE(word * bytesPerWord))
  }

  get #wordCount(): number {
    return (rememberedBins * this.#bits) / bitsPerWord
  }

  #setBits(index: number, bits: number): void {
    const bit = (index % rememberedBins) * this.#bits
    const word = Math.floor(bit / bitsPerWord)
    const shift = bit % bitsPerWord
    this.#words[word] = ((this.#words[word] ?? -1) & ~(this.#unknown << shift)) | (bits << shift)
  }

  #widen(): void {
    const known: number[] = []
    const counts = new Uint16Array(rememberedBins)
    this.collect(0, rememberedBins, counts, (slot) => known.push(slot) === 0)
    this.#bits *= 2
    this.#unknown = 2 ** this.#bits - 1
    this.#words = new Array<number>(this.#wordCount).fill(-1)
    for (const [place, slot] of known.entries()) this.#setBits(slot, counts[place] ?? 0)
  }
}
