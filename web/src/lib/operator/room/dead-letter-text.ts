import { z } from '@chat-battle/contracts/zod'

/** Bytes of a record that are shown. */
const maxShownBytes = 600

/** The beginning of a record's value as text; what is no text is shown as replacement characters. */
export function deadLetterText(valueBase64: string): string {
  // Four characters are three bytes.
  const start = atob(valueBase64.slice(0, (maxShownBytes / 3) * 4))
  const bytes = Uint8Array.from(start, (each) => each.charCodeAt(0))
  const isCut = valueBase64.length > (maxShownBytes / 3) * 4
  return new TextDecoder().decode(bytes, { stream: isCut }) + (isCut ? '…' : '')
}

const issues = z
  .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
  .min(1)
const maxShownIssues = 4

/** What is wrong with a record: the findings of its schema as sentences, anything else as it is. */
export function deadLetterProblem(problem: string): string {
  const found = issues.safeParse(parseJson(problem)).data
  if (found === undefined) return problem
  const shown = found
    .slice(0, maxShownIssues)
    .map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`)
  return [...shown, ...(found.length > maxShownIssues ? ['…'] : [])].join('\n')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
