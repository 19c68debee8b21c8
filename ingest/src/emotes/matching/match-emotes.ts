import type { EmoteProvider, EmoteRange } from '@chat-battle/contracts/records/chat-event'

/** What a word of a message may be. */
export interface NamedEmote {
  readonly id: string
  readonly name: string
  readonly provider: EmoteProvider
  readonly is_zero_width?: true
}

/** By name; null: a modifier, which is neither an emote nor, of a lower precedence, another one. */
export type EmotesByName = ReadonlyMap<string, NamedEmote | null>

/** More than a message of 500 characters can hold. */
export const maxEmotesOfMessage = 1024
const maxNameLength = 100
const surrogate = /[\uD800-\uDFFF]/
/** A prefix and an amount (https://help.twitch.tv/s/article/guide-to-cheering-with-bits): part of a cheer, not an emote. */
const cheermote = /^[a-z0-9]*[a-z][0-9]{1,6}$/i

export interface MatchedText {
  text: string
  /** Twitch's own emotes, by their start. */
  twitch: readonly EmoteRange[]
  bits: number
}

/**
 * A message's emotes, by their start: Twitch's, and every other whole word that `tables` name, the first table first. Words
 * end at U+0020 and at Twitch's emotes, and case counts, as in chat clients.
 */
export function matchEmotes(
  { text, twitch, bits }: MatchedText,
  tables: readonly EmotesByName[],
): EmoteRange[] {
  const emotes: EmoteRange[] = []
  const cursor = new Cursor(text)
  let room = maxEmotesOfMessage - twitch.length
  let from = 0
  for (const range of twitch) {
    const [start, end] = [cursor.indexOf(range.start), cursor.indexOf(range.end)]
    if (start > from) matchWords(text, from, start)
    emotes.push(range)
    from = Math.max(from, end)
  }
  matchWords(text, from, text.length)
  return emotes

  function matchWords(text: string, begin: number, end: number): void {
    for (let start = begin; start < end;) {
      const space = text.indexOf(' ', start)
      const wordEnd = space < 0 || space > end ? end : space
      if (wordEnd > start && wordEnd - start <= maxNameLength && room > 0)
        matchWord(text.slice(start, wordEnd), start)
      start = wordEnd + 1
    }
  }

  function matchWord(word: string, start: number): void {
    const emote = find(word, tables)
    if (emote === undefined || emote === null) return
    if (bits > 0 && cheermote.test(word)) return
    room--
    const at = cursor.pointOf(start)
    emotes.push({ ...emote, start: at, end: at + cursor.pointsOf(word) })
  }
}

function find(word: string, tables: readonly EmotesByName[]): NamedEmote | null | undefined {
  for (const table of tables) {
    const emote = table.get(word)
    if (emote !== undefined) return emote
  }
  return undefined
}

/** Converts between UTF-16 indexes and code points of a text, for positions that grow. */
class Cursor {
  readonly #text: string
  readonly #isPlain: boolean
  #index = 0
  #point = 0

  constructor(text: string) {
    this.#text = text
    this.#isPlain = !surrogate.test(text)
  }

  /** The UTF-16 index of a code point. */
  indexOf(point: number): number {
    if (this.#isPlain) return point
    if (point < this.#point) this.#index = this.#point = 0
    while (this.#point < point && this.#index < this.#text.length) this.#step()
    return this.#index
  }

  /** The code point at a UTF-16 index. */
  pointOf(index: number): number {
    if (this.#isPlain) return index
    if (index < this.#index) this.#index = this.#point = 0
    while (this.#index < index) this.#step()
    return this.#point
  }

  /** How many code points a word has. */
  pointsOf(word: string): number {
    return this.#isPlain ? word.length : [...word].length
  }

  #step(): void {
    this.#index += (this.#text.codePointAt(this.#index) ?? 0) > 0xffff ? 2 : 1
    this.#point++
  }
}
