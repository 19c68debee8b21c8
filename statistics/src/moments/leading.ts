import type { LeadingToken } from '@chat-battle/contracts/records/moment'
import { maxLeadingSources, maxSamples, noLeading } from '@chat-battle/contracts/records/moment'
import { hashEvent, hashPerson } from '../collections/id-hash.ts'
import type { KeptMessage } from './message-sample.ts'
import type { MomentTexts } from './strip-moment.ts'
import { stopWords } from './stop-words.ts'

/** A token leads if at least so many people wrote it, in at least this share of the messages. */
export const minLeadingPeople = 3
const minLeadingShare = 0.15
/** A phrase of two words replaces one of its words that hardly more people wrote. */
const phraseShare = 0.8
const maxWordLength = 40

interface Token {
  readonly text: string
  readonly emote: LeadingToken['emote']
  readonly words: number
  readonly people: Set<string>
  readonly messages: KeptMessage[]
}

/** What most people of these messages wrote, and some of the messages. `people`: of the moment; `isWhole`: no person is missing. */
export function explain(messages: readonly KeptMessage[], people: number, isWhole: boolean): MomentTexts {
  const token = leadingOf(messages)
  const shown = samplesOf(token?.messages ?? [], messages)
  return {
    ...leadingFields(token, messages, people, isWhole),
    samples: shown.map(({ text }) => text),
    sample_sources: shown.map(({ id, user }) => ({ message_id: id, user_id: user })),
  }
}

function leadingFields(
  token: Token | undefined,
  messages: readonly KeptMessage[],
  people: number,
  isWhole: boolean,
): Pick<MomentTexts, 'leading' | 'leading_sources'> {
  if (token === undefined) return { leading: noLeading, leading_sources: [] }
  const sampled = new Set(messages.map(({ user }) => user)).size
  const { text, emote } = token
  const leading: LeadingToken = {
    kind: emote === null ? 'phrase' : 'emote',
    text,
    emote,
    people: isWhole ? token.people.size : Math.round((token.people.size / sampled) * people),
    share: shareOf(token.messages.length, messages.length),
  }
  // An emote is no text of a person.
  const sources = emote === null ? token.messages.slice(0, maxLeadingSources) : []
  return { leading, leading_sources: sources.map(({ id, user }) => [hashOfMessage(id), hashOfPerson(user)]) }
}

function shareOf(part: number, all: number): number {
  return all === 0 ? 0 : Math.round((part / all) * 10_000) / 10_000
}

/** 32 bits: enough to find one of at most 300 messages, too few to find a person by. */
export function hashOfMessage(id: string): number {
  return hashEvent(id).low >>> 0
}

export function hashOfPerson(id: string): number {
  return hashPerson(id).low >>> 0
}

function leadingOf(messages: readonly KeptMessage[]): Token | undefined {
  const tokens = new Map<string, Token>()
  for (const message of messages)
    for (const [key, token] of tokensOf(message)) note(tokens, key, token, message)
  const leads = ({ people, messages: with_ }: Token) =>
    people.size >= minLeadingPeople && with_.length / messages.length >= minLeadingShare
  const [best, ...others] = [...tokens.values()].filter(leads).sort(byPeople)
  if (best === undefined || best.emote !== null || best.words > 1) return best
  const isLonger = ({ text, words, people }: Token) =>
    words > 1 && text.split(' ').includes(best.text) && people.size >= phraseShare * best.people.size
  return others.find(isLonger) ?? best
}

type NewToken = Pick<Token, 'text' | 'emote' | 'words'>

function note(tokens: Map<string, Token>, key: string, token: NewToken, message: KeptMessage): void {
  let known = tokens.get(key)
  if (known === undefined) {
    known = { ...token, people: new Set(), messages: [] }
    tokens.set(key, known)
  }
  known.people.add(message.user)
  known.messages.push(message)
}

function byPeople(a: Token, b: Token): number {
  return (
    b.people.size - a.people.size ||
    b.messages.length - a.messages.length ||
    b.words - a.words ||
    (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
  )
}

/** The distinct emotes, words and pairs of words of a message. */
function tokensOf({ text, emotes }: KeptMessage): Map<string, NewToken> {
  const tokens = new Map<string, NewToken>()
  const names = new Set<string>()
  for (const [provider, id, name] of emotes) {
    names.add(name)
    tokens.set(`:${provider} ${id}`, { text: name, emote: { id, name, provider }, words: 1 })
  }
  let before: string | undefined
  for (const part of text.split(/\s+/)) {
    const word = names.has(part) ? undefined : wordOf(part)
    if (word !== undefined) addWords(tokens, word, before)
    before = word
  }
  return tokens
}

function addWords(tokens: Map<string, NewToken>, word: string, before: string | undefined): void {
  if (!stopWords.has(word)) tokens.set(word, { text: word, emote: null, words: 1 })
  if (before === undefined || (stopWords.has(word) && stopWords.has(before))) return
  const pair = `${before} ${word}`
  tokens.set(pair, { text: pair, emote: null, words: 2 })
}

/** A word as it is compared: lower case, without punctuation around it, each letter at most twice. A name or a link is no word. */
function wordOf(part: string): string | undefined {
  if (part.startsWith('@') || part.includes('://') || part.length > maxWordLength) return undefined
  const word = part
    .toLowerCase()
    .replaceAll(/['’]/gu, '')
    .replaceAll(/^[^\p{L}\p{N}\p{S}!]+|[^\p{L}\p{N}\p{S}]+$/gu, '')
    .replaceAll(/(.)\1{2,}/gu, '$1')
  return word === '' || word === '!' ? undefined : word
}

/** Up to three texts that differ, first those with the leading token. */
function samplesOf(leading: readonly KeptMessage[], all: readonly KeptMessage[]): KeptMessage[] {
  const samples = new Map<string, KeptMessage>()
  const people = new Set<string>()
  for (const message of [...leading, ...all]) {
    const key = message.text.toLowerCase()
    if (!message.shown || samples.has(key) || people.has(message.user)) continue
    samples.set(key, message)
    people.add(message.user)
    if (samples.size === maxSamples) break
  }
  return [...samples.values()]
}
