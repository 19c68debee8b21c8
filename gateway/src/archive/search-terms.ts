import { emoteWord, personWord, searchText, wordsIn } from '@chat-battle/contracts/archive/words'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { maxSearchTerms } from '@chat-battle/contracts/rest/routes/search-messages'
import { RequestRefused } from '../refusal.ts'

export interface SearchQuery {
  readonly words?: string | undefined
  readonly emote?: string | undefined
  readonly user?: string | undefined
}

/** What a message has to contain. */
export interface SearchTerms {
  readonly words: readonly string[]
  /** Parts of the text, as `searchText` has it. */
  readonly phrases: readonly string[]
  readonly emote: string | undefined
  /** A person by login or by id. */
  readonly login: string | undefined
  readonly userId: string | undefined
}

/** Cassandra 5.0 intersects two clauses by index (`cassandra.sai.intersection_clause_limit`). */
const maxClauses = 2

/** Throws `RequestRefused`. */
export function readTerms({ words = '', emote, user }: SearchQuery): SearchTerms {
  const found = [...words.matchAll(/"([^"]*)"|([^\s"]+)/g)]
  if (words.replaceAll(/"[^"]*"/g, '').includes('"'))
    throw refused(`a quotation mark without its other one. Received: ${words}`)
  if (found.length > maxSearchTerms)
    throw refused(`at most ${maxSearchTerms} words and phrases. Received: ${found.length}`)
  const phrases: string[] = []
  const wanted = new Set<string>()
  for (const [, phrase, word = ''] of found) {
    const inside = wordsIn(phrase ?? word)
    if (phrase !== undefined) {
      if (phrase.trim() === '') throw refused('a phrase is empty')
      phrases.push(collapsed(phrase))
    } else if (inside.length === 0)
      throw refused(`${word} has no letter or digit, or is too long; put it in double quotes`)
    for (const each of inside) wanted.add(each)
  }
  const isId = user !== undefined && /^[0-9]+$/.test(user)
  return {
    words: [...wanted],
    phrases,
    emote,
    login: user === undefined || isId ? undefined : user.replace(/^@/, '').toLowerCase(),
    userId: isId ? user : undefined,
  }
}

/** The clauses that the archive answers by index, and their values. Empty: every message has to be read. */
export function indexClauses({ words, emote, login, userId }: SearchTerms): readonly [string, string][] {
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  const contained = [
    ...(login === undefined ? [] : [personWord(login)]),
    ...(emote === undefined ? [] : [emoteWord(emote)]),
    ...longestFirst,
  ].map((word): [string, string] => ['words CONTAINS ?', word])
  const byPerson: [string, string][] = userId === undefined ? [] : [['user_id = ?', userId]]
  return [...byPerson, ...contained].slice(0, maxClauses)
}

/** Whether a message contains every term. The index is asked for some of them only. */
export function matches(terms: SearchTerms, message: ChatMessage): boolean {
  if (terms.userId !== undefined && message.user_id !== terms.userId) return false
  if (terms.login !== undefined && message.username.toLowerCase() !== terms.login) return false
  if (terms.emote !== undefined && !message.emotes.some(({ name }) => name === terms.emote)) return false
  if (terms.words.length > 0) {
    const words = new Set(wordsIn(message.message))
    if (!terms.words.every((word) => words.has(word))) return false
  }
  if (terms.phrases.length === 0) return true
  const text = collapsed(message.message)
  return terms.phrases.every((phrase) => text.includes(phrase))
}

function collapsed(text: string): string {
  return searchText(text).replaceAll(/\s+/g, ' ').trim()
}

function refused(reason: string): RequestRefused {
  return new RequestRefused('malformed_request', `words: ${reason}`)
}
