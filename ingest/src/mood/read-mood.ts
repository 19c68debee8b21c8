import type { ChatEvent, ChatMessage, MessageMood } from '@chat-battle/contracts/records/chat-event'
import { emoteSigns, emoteSignsInAnyCase } from './emote-signs.ts'
import { looksLikeEmote, signOfParts, signOfSpelling } from './name-parts.ts'
import { negations, pairWeights, wordWeights } from './word-weights.ts'

/** A smaller sum of weights leaves a message neutral. */
const minWeight = 2
/** A negation turns the weights of this many words behind it. */
const negationReach = 4
/** Bounds the work per message: Twitch's 500 characters have at most 250 words. */
const maxTokens = 250
const maxTokenLength = 64

/** A message with its mood, once its emotes and its author are known. A bot has no mood. */
export function withMood(event: ChatEvent): ChatEvent {
  if (event.type !== 'message') return event
  return { ...event, mood: event.is_bot === true ? null : readMood(event) }
}

/**
 * Reads the mood of a message: by the emotes in it, and where these say nothing, by its words. Null: it has no emote and no word
 * with a known mood. docs/mood.md has the accuracy.
 */
export function readMood({ message, emotes }: Pick<ChatMessage, 'message' | 'emotes'>): MessageMood {
  const names = new Set(emotes.map(({ name }) => name))
  const words: string[] = []
  const signs = new Map<string, number>()
  for (const token of message.split(/\s+/u, maxTokens)) {
    if (token === '' || token.length > maxTokenLength) continue
    const sign = signOfEmote(token, names.has(token))
    if (sign !== undefined) signs.set(token, sign)
    else if (!token.startsWith('@') && !names.has(token)) words.push(normalize(token))
  }
  // Each emote once, however often it is repeated.
  const sum = signs.values().reduce((total, sign) => total + sign, 0)
  if (sum !== 0) return sum > 0 ? 1 : -1
  const weight = weigh(words)
  if (weight === undefined) return signs.size > 0 ? 0 : null
  // Questions mention more often than they judge.
  const judged = message.trimEnd().endsWith('?') ? weight / 2 : weight
  return Math.abs(judged) < minWeight ? 0 : judged > 0 ? 1 : -1
}

/** `isEmote`: Twitch or an emote provider has it; other tokens are emotes by their name. */
function signOfEmote(token: string, isEmote: boolean): number | undefined {
  const known = emoteSigns.get(token) ?? emoteSignsInAnyCase.get(token.toLowerCase())
  if (known !== undefined) return known
  return isEmote || looksLikeEmote(token) ? signOfParts(token) : undefined
}

/** The sum of the words' weights; undefined: none is known. */
function weigh(words: readonly string[]): number | undefined {
  let sum: number | undefined
  let negatedUntil = -1
  for (const [index, word] of words.entries()) {
    const weight = pairWeights.get(`${words[index - 1] ?? ''} ${word}`) ?? weightOf(word)
    if (weight !== undefined) sum = (sum ?? 0) + (index <= negatedUntil ? negated(weight) : weight)
    if (negations.has(word)) negatedUntil = index + negationReach
  }
  return sum
}

/** "Not good" is bad; "not bad" is less than good. */
function negated(weight: number): number {
  return weight > 0 ? -weight : -weight / 2
}

const laughter = /^a?(ha|he|hi|ja|je){2,}[haje]*$/
const longNo = /^no{3,}$/

function weightOf(word: string): number | undefined {
  const known = wordWeights.get(word)
  if (known !== undefined) return known
  if (laughter.test(word)) return 3
  if (longNo.test(word)) return -3
  const sign = signOfSpelling(word)
  if (sign !== undefined) return 3 * sign
  // Drawn out: "niiiice", "truuuue".
  if (!/(.)\1\1/u.test(word)) return undefined
  return (
    wordWeights.get(word.replace(/(.)\1{2,}/gu, '$1$1')) ?? wordWeights.get(word.replace(/(.)\1+/gu, '$1'))
  )
}

/** In lower case, without punctuation around it. */
function normalize(token: string): string {
  return token.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
}
