import type { Formats } from '../i18n/formats.ts'
import type { Translated } from '../i18n/messages.ts'
import type { voteMessages } from './messages.ts'
import type { VoteAddress, VoteProblem } from './vote-address.ts'
import type { OptionsProblem, VoteOption } from './vote-options.ts'

type VoteText = Translated<(typeof voteMessages)['en']>

export interface OptionResult {
  token: string
  /** What people read: the label, or else the token. */
  name: string
  hasLabel: boolean
  count: number
  /** Of all votes, 0 to 1. */
  share: number
  /** It has the most votes, perhaps with others. */
  isLeading: boolean
}

/** The options with their votes, in their order. */
export function resultsOf(options: readonly VoteOption[], counts: readonly number[]): OptionResult[] {
  const total = totalOf(counts)
  const most = Math.max(...counts)
  return options.map(({ token, label }, index) => {
    const count = counts[index] ?? 0
    return {
      token,
      name: label === '' ? token : label,
      hasLabel: label !== '',
      count,
      share: total === 0 ? 0 : count / total,
      isLeading: count > 0 && count === most,
    }
  })
}

/** People who voted. */
export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** How the vote stands, or ended, in a sentence. */
export function standing(
  results: readonly OptionResult[],
  isOver: boolean,
  text: VoteText,
  formats: Formats,
): string {
  const total = totalOf(results.map(({ count }) => count))
  const leading = results.filter(({ isLeading }) => isLeading)
  const people = text.people(total, formats.count(total))
  if (leading.length === 0) return text.noVotes
  const names = formats.list(leading.map(({ name }) => name))
  const [first] = leading
  const share = formats.share(first?.share ?? 0)
  if (leading.length > 1) return text.tie(names, share, people)
  return (isOver ? text.won : text.leads)(names, share, people)
}

/** The result as several lines of text. */
export function resultText(vote: VoteAddress, text: VoteText, formats: Formats): string {
  const { title, channel, options, stretch, result } = vote
  const results = resultsOf(options, result?.counts ?? [])
  const total = totalOf(result?.counts ?? [])
  const from = stretch === null ? '' : formats.dayAndTime(stretch.from)
  const rows = results.map(({ token, name, hasLabel, count, share }) =>
    text.row(hasLabel ? `${token} ${name}` : name, formats.count(count), formats.share(share)),
  )
  return [
    title === '' ? text.voteIn(channel ?? '', from) : `${title} (${text.voteIn(channel ?? '', from)})`,
    ...rows,
    result?.isLeast === true
      ? `${text.people(total, formats.count(total))}. ${text.least}`
      : text.people(total, formats.count(total)),
  ].join('\n')
}

/** What is wrong with an address, in sentences. */
export function problemSentences(problems: readonly VoteProblem[], text: VoteText): string[] {
  const ofAddress: Partial<Record<VoteProblem, string>> = {
    channel: text.problemChannel,
    range: text.problemRange,
    length: text.problemLength,
    counts: text.problemCounts,
  }
  return problems.map((problem) => ofAddress[problem] ?? text[problem as OptionsProblem])
}
