import { withoutVariation } from '../chat/without-variation.ts'

export const maxOptions = 9
const maxTokenLength = 64
const maxLabelLength = 60

/** What people write to vote, and what it stands for; without a label it stands for itself. */
export interface VoteOption {
  readonly token: string
  readonly label: string
}

export type OptionsProblem = 'too_few' | 'too_many' | 'several_words' | 'too_long' | 'twice'

/** The form in which a token is compared: letter case, width and invisible characters make no difference. */
function comparable(text: string): string {
  return withoutVariation(text.normalize('NFKC')).replace(/[\ufe0f\u20e3]/gu, '')
}

/** The only token of a message, comparable; undefined where it has several, or is too long for one. */
export function onlyToken(text: string): string | undefined {
  // Invisible characters may stand behind it, but a long text is no vote.
  if (text.length > 4 * maxTokenLength) return undefined
  const token = comparable(text)
  return token === '' || token.includes(' ') ? undefined : token
}

/** Options as the address has them: `1:Chess,2:Go` or `yes,no`. */
export function parseOptions(text: string): VoteOption[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      // An emote's name may begin with a colon.
      const colonAt = part.indexOf(':', 1)
      const label = colonAt === -1 ? '' : part.slice(colonAt + 1).trim()
      return label === '' ? { token: part, label: '' } : { token: part.slice(0, colonAt), label }
    })
}

export function formatOptions(options: readonly VoteOption[]): string {
  return options.map(({ token, label }) => (label === '' ? token : `${token}:${label}`)).join(',')
}

/** Options that people choose by their number. */
export function numbered(labels: readonly string[]): VoteOption[] {
  return labels.map((label, index) => ({
    token: String(index + 1),
    label: label.replaceAll(',', ' ').trim(),
  }))
}

/** Undefined: a vote on these options can be counted. */
export function problemOf(options: readonly VoteOption[]): OptionsProblem | undefined {
  if (options.length < 2) return 'too_few'
  if (options.length > maxOptions) return 'too_many'
  if (options.some(({ token, label }) => token.length > maxTokenLength || label.length > maxLabelLength))
    return 'too_long'
  const tokens = options.map(({ token }) => onlyToken(token))
  if (tokens.includes(undefined)) return 'several_words'
  return new Set(tokens).size < tokens.length ? 'twice' : undefined
}
