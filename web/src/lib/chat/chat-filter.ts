import type { WrittenLine } from './chat-lines.ts'
import { mentions, type FilterKind } from './line-kinds.ts'

/** `kinds`: any of them is enough; empty: every message. `words`: as typed. Both limit what is shown. */
export interface ChatFilter {
  readonly kinds: ReadonlySet<FilterKind>
  readonly words: string
}

export const noFilter: ChatFilter = { kinds: new Set(), words: '' }
const maxWords = 20

export function isFiltering({ kinds, words }: ChatFilter): boolean {
  return kinds.size > 0 || termsOf(words).length > 0
}

export function withToggled(filter: ChatFilter, kind: FilterKind): ChatFilter {
  const kinds = new Set(filter.kinds)
  if (!kinds.delete(kind)) kinds.add(kind)
  return { ...filter, kinds }
}

/** Whether a filter shows a message. `loginOf`: the name of a channel, where it is known. */
export function matcher(
  { kinds, words }: ChatFilter,
  loginOf: (channelId: string) => string | undefined,
): (line: WrittenLine) => boolean {
  const terms = termsOf(words)
  const pattern = terms.length === 0 ? undefined : anyWordStartingWith(terms)
  const isOfKind = (line: WrittenLine) => {
    if (kinds.size === 0) return true
    for (const kind of kinds) {
      if (kind !== 'mentions') {
        if (line.kinds.has(kind)) return true
        continue
      }
      const login = loginOf(line.channelId)
      if (login !== undefined && mentions(line.message, login)) return true
    }
    return false
  }
  return (line) => {
    if (!isOfKind(line)) return false
    if (pattern === undefined) return true
    const { message, username, display_name } = line.message
    return pattern.test(`${username} ${display_name} ${message}`)
  }
}

function termsOf(words: string): string[] {
  return words
    .split(/[\s,]+/u)
    .filter((word) => word !== '')
    .slice(0, maxWords)
}

function anyWordStartingWith(terms: readonly string[]): RegExp {
  const escaped = terms.map((term) => term.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`))
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})`, 'iu')
}
