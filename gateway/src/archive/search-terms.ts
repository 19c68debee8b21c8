import { emoteRange } from '@chat-battle/contracts/records/chat-event'
import { maxSearchTerms } from '@chat-battle/contracts/rest/routes/search-messages'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { RequestRefused } from '../refusal.ts'
import { emotesOf } from './message-rows.ts'
import { searchText, wordsIn } from './words.ts'

const emoteRanges = emoteRange.array()

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

/** The columns that decide whether a message matches, besides those that the archive's index compares. */
export function scannedColumns({ emote }: SearchTerms): readonly string[] {
  const columns = ['timestamp', 'message_id', 'message', 'is_anonymous']
  return emote === undefined ? columns : [...columns, 'emotes']
}

/** A person is compared by the archive's index. Words and emotes are compared by `matches`. */
export function indexClause({ login, userId }: SearchTerms): { names: string[]; values: string[] } {
  if (userId !== undefined) return { names: ['user_id = ?'], values: [userId] }
  if (login !== undefined) return { names: ['username = ?'], values: [login] }
  return { names: [], values: [] }
}

/** Whether a row with `scannedColumns` contains every term. A message without a text, or of a person who opted out, matches nothing. */
export function matches({ words, phrases, emote }: SearchTerms, row: SelectedRow): boolean {
  const { message } = row
  if (typeof message !== 'string' || message === '' || row.is_anonymous === true) return false
  if (emote !== undefined && !hasEmote(row.emotes, emote)) return false
  if (words.length === 0 && phrases.length === 0) return true
  const text = searchText(message)
  // Most messages do not have the letters of a word: that is found faster than their words are.
  if (!words.every((word) => text.includes(word))) return false
  if (words.length > 0) {
    const own = new Set(wordsIn(message))
    if (!words.every((word) => own.has(word))) return false
  }
  if (phrases.length === 0) return true
  const line = collapsed(message)
  return phrases.every((phrase) => line.includes(phrase))
}

/** `emotes`: the column's JSON. */
function hasEmote(emotes: unknown, name: string): boolean {
  if (typeof emotes !== 'string' || !emotes.includes(JSON.stringify(name))) return false
  return emoteRanges.safeParse(emotesOf(emotes)).data?.some((emote) => emote.name === name) ?? false
}

function collapsed(text: string): string {
  return searchText(text).replaceAll(/\s+/g, ' ').trim()
}

function refused(reason: string): RequestRefused {
  return new RequestRefused('malformed_request', `words: ${reason}`)
}
