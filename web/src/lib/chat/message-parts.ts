import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import type { EmoteRange } from '@chat-battle/contracts/records/chat-event'

/** A piece of a message. `href` is always http or https. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `over`: emotes that lie over it. */
  | {
      readonly kind: 'emote'
      readonly text: string
      readonly emote: EmoteRange
      readonly over: readonly EmoteRange[]
    }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'mention'; readonly text: string; readonly name: string }

type Written = Pick<ShownMessage, 'message' | 'emotes'>

/** Domains that are links also without `https://`. Others would make links of sentences without a space after their stop. */
const bareDomains = 'com|net|org|tv|gg|io|be|dev|app|ly|eu|de|uk|fr|es|it|nl|pl|jp|co'
const special = new RegExp(
  [
    String.raw`(?<url>https?://\S+)`,
    String.raw`(?<bare>(?<![\w.@/-])(?:[a-z0-9-]{1,63}\.){1,8}(?:${bareDomains})(?![\w-]|\.\w)(?:/\S*)?)`,
    String.raw`(?<![\w@])@(?<name>\w{1,25})`,
  ].join('|'),
  'giu',
)
const endings = /[.,!?:;'"»”’\]}>]+$/u

const remembered = new WeakMap<Written, readonly MessagePart[]>()

/** Splits a message into text, emotes, links and mentions. */
export function partsOf(message: Written): readonly MessagePart[] {
  let parts = remembered.get(message)
  if (parts === undefined) {
    parts = split(message)
    remembered.set(message, parts)
  }
  return parts
}

function split({ message, emotes }: Written): MessagePart[] {
  if (emotes.length === 0) return textParts(message)
  // Positions count code points.
  const points = Array.from(message)
  const textAt = (start: number, end?: number) => points.slice(start, end).join('')
  const parts: MessagePart[] = []
  let at = 0
  for (const emote of [...emotes].sort((a, b) => a.start - b.start)) {
    if (emote.start < at || emote.end <= emote.start || emote.end > points.length) continue
    const between = textAt(at, emote.start)
    const below = parts.at(-1)
    at = emote.end
    if (emote.is_zero_width === true && below?.kind === 'emote' && between.trim() === '') {
      parts[parts.length - 1] = { ...below, over: [...below.over, emote] }
      continue
    }
    parts.push(...textParts(between))
    parts.push({ kind: 'emote', text: textAt(emote.start, emote.end), emote, over: [] })
  }
  return [...parts, ...textParts(textAt(at))]
}

function textParts(text: string): MessagePart[] {
  const parts: MessagePart[] = []
  let at = 0
  for (const match of text.matchAll(special)) {
    const part = specialPart(match)
    if (part === undefined) continue
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) })
    parts.push(part)
    at = match.index + part.text.length
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) })
  return parts
}

function specialPart(match: RegExpExecArray): MessagePart | undefined {
  const { url, bare, name } = match.groups ?? {}
  if (name !== undefined) return { kind: 'mention', text: match[0], name: name.toLowerCase() }
  const text = withoutEnding(url ?? bare ?? '')
  const href = safeHref(url === undefined ? `https://${text}` : text)
  return href === undefined ? undefined : { kind: 'link', text, href }
}

/** A sentence's end is not part of its link, and neither is a bracket that the link does not open. */
function withoutEnding(url: string): string {
  const text = url.replace(endings, '')
  return text.endsWith(')') && !text.includes('(') ? withoutEnding(text.slice(0, -1)) : text
}

/** Undefined: not an address of the web, or one whose user name could be taken for its host. */
function safeHref(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  return url.username === '' && url.password === '' ? url.href : undefined
}
