/** In UTF-16 units. A longer word is not searchable. */
const maxWordLength = 64

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
