import { maxRulePerMinute } from '@chat-battle/contracts/records/webhook'
import { z } from '@chat-battle/contracts/zod'

/** What a rule of the visitor's own compares. `word` and `emote`: messages with it; `moment`: that one begins. */
export const measures = ['messages', 'word', 'emote', 'moment'] as const
export type Measure = (typeof measures)[number]

export const maxRules = 20
export const maxTokenLength = 60
export const coolDowns = [1, 5, 15, 60] as const

const rule = z.object({
  id: z.string().min(1).max(64),
  measure: z.enum(measures),
  /** A word, some words, or an emote's name; empty for the other measures. */
  token: z.string().max(maxTokenLength),
  /** A login; empty: each channel that is shown. */
  channel: z.string().max(64),
  /** It applies above so many messages per minute. */
  perMinute: z.int().min(1).max(maxRulePerMinute),
  coolDownMinutes: z.int().min(1).max(1440),
  /** How it reports, beside the list in the page. */
  notifies: z.boolean(),
  sounds: z.boolean(),
})

export type Rule = z.infer<typeof rule>

/** The rules of a stored text. A damaged rule is left out, and the others stay. */
export function parseRules(stored: string | null): Rule[] {
  let json: unknown
  try {
    json = JSON.parse(stored ?? '[]')
  } catch {
    return []
  }
  if (!Array.isArray(json)) return []
  return json.slice(0, maxRules).flatMap((each: unknown) => rule.safeParse(each).data ?? [])
}

/** What is compared of a text: its words in lower case, with one blank around each. */
export function comparable(text: string): string {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  return ` ${words.join(' ')} `
}

/** What is missing of a rule that a person fills in; undefined: nothing. */
export function missingOf({ measure, token, perMinute }: Pick<Rule, 'measure' | 'token' | 'perMinute'>) {
  if (measure === 'word' && comparable(token).trim() === '') return 'word'
  if (measure === 'emote' && (token.trim() === '' || /\s/.test(token.trim()))) return 'emote'
  if (
    measure !== 'moment' &&
    !(Number.isInteger(perMinute) && perMinute >= 1 && perMinute <= maxRulePerMinute)
  )
    return 'perMinute'
  return undefined
}
