import type { MessageMood } from '@chat-battle/contracts/records/chat-event'
import { Random } from '@chat-battle/twitch-stub/random'

/** A message with its label and the mood that was read. */
export interface Judged {
  label: -1 | 0 | 1
  mood: MessageMood
}

const classes = [1, 0, -1] as const
const windows = 2000

/** A message without a known mood counts as neutral. `f1`: of positive, neutral and negative. */
export function classScores(judged: readonly Judged[]): { accuracy: number; macroF1: number; f1: number[] } {
  const read = judged.map(({ label, mood }) => ({ label, mood: mood ?? 0 }))
  const right = read.filter(({ label, mood }) => label === mood).length
  const f1 = classes.map((each) => {
    const hits = read.filter(({ label, mood }) => label === each && mood === each).length
    const labelled = read.filter(({ label }) => label === each).length
    const found = read.filter(({ mood }) => mood === each).length
    return labelled + found === 0 ? 0 : (2 * hits) / (labelled + found)
  })
  return { accuracy: right / read.length, macroF1: mean(f1), f1 }
}

/**
 * Pearson's correlation, over random windows of `size` messages, of the mean label with what is shown of the window: the positive
 * minus the negative share of the messages with a known mood. With `isEvenMix` every mix of the three labels is as likely,
 * because chats change their mood; without it, windows differ by chance alone.
 */
export function correlationOfMeans(
  judged: readonly Judged[],
  size: number,
  { isEvenMix = false } = {},
): number {
  const random = new Random(1)
  const byLabel = classes.map((each) => judged.filter(({ label }) => label === each))
  const pairs = Array.from({ length: windows }, () => {
    const [low = 0, high = 0] = [random.next(), random.next()].sort((a, b) => a - b)
    const draw = () => {
      if (!isEvenMix) return random.pick(judged)
      const at = random.next()
      const group = byLabel[at < low ? 0 : at < high ? 1 : 2] ?? []
      return random.pick(group.length > 0 ? group : judged)
    }
    const messages = Array.from({ length: size }, draw)
    const moods = messages.flatMap(({ mood }) => mood ?? [])
    return { label: mean(messages.map(({ label }) => label)), mood: moods.length === 0 ? 0 : mean(moods) }
  })
  return pearson(
    pairs.map(({ label }) => label),
    pairs.map(({ mood }) => mood),
  )
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const products = xs.map((x, index) => (x - meanX) * ((ys[index] ?? 0) - meanY))
  const variance = (values: readonly number[], middle: number) =>
    mean(values.map((value) => (value - middle) ** 2))
  const spread = Math.sqrt(variance(xs, meanX) * variance(ys, meanY))
  return spread === 0 ? 0 : mean(products) / spread
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
