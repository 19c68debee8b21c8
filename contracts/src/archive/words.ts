import type { EmoteRange } from '../records/chat-event.ts'

/** How many search words a message has at most, and how many of them are emotes. */
export const maxWordsPerMessage = 32
export const maxEmoteWords = 16
/** In UTF-16 units. A longer word is not searchable. */
export const maxWordLength = 64

/** Marks a word that is an emote's name, in exact case. No word of a text has a colon. */
const emotePrefix = 'e:'
/** Marks a word that is a person's login. */
const personPrefix = 'u:'

/** Marks join letters, as in combining accents; an apostrophe joins two parts of a word. */
const word = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*(?:['’][\p{L}\p{M}\p{N}_]+)*/gu

/** A text as search compares it: compatibility forms are equal, upper and lower case are equal. */
export function searchText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('’', "'")
}

/** The distinct words of a text, in their order. */
export function wordsIn(text: string): string[] {
  const found = new Set<string>()
  for (const [each] of searchText(text).matchAll(word)) if (each.length <= maxWordLength) found.add(each)
  return [...found]
}

export function emoteWord(name: string): string {
  return emotePrefix + name
}

export function personWord(login: string): string {
  return personPrefix + login
}

interface Searchable {
  readonly username: string
  readonly message: string
  readonly emotes: readonly Pick<EmoteRange, 'name'>[]
}

/** What a message is found by: its person, its emotes and the words of its text. A message without a text is not found. */
export function searchWords({ username, message, emotes }: Searchable): string[] {
  if (message === '') return []
  const names = new Set(emotes.map(({ name }) => name).filter((name) => name.length <= maxWordLength))
  const emoteWords = [...names].slice(0, maxEmoteWords).map(emoteWord)
  return [personWord(username), ...emoteWords, ...wordsIn(message)].slice(0, maxWordsPerMessage)
}
