import type { BinHistory } from './bins.ts'

/** The newest closed bins are no part of the baseline: a burst may have begun in them. */
const recentBins = 6
const baselineBins = 120
/** Without this many known bins, two minutes, there is no baseline. */
const warmBins = 24
/** Messages per bin that a baseline has at least. */
const minMean = 0.25
/** Of the bins at either end of the order that the mean leaves out. */
const trimmedShare = 0.05
/** Bounds of a negative binomial's dispersion. */
const [minDispersion, maxDispersion] = [2, 200]

/** When a bin, or three together, are too many to be chance, and what is above the usual. All are capped counts. */
export interface Limits {
  /** Usual count of a bin. */
  readonly mean: number
  /** A bin with at least this many is high. */
  readonly high: number
  /** A bin of a moment with at least this many is high: in quiet chat one message may be, and would keep it going. */
  readonly lasting: number
  readonly oneBin: number
  readonly threeBins: number
}

/** Bins that no baseline contains, first and last. */
export type BinRange = readonly [first: number, last: number]

const collected = new Uint16Array(baselineBins)
const none = () => false

/** The limits for the bin `open`, by the ten minutes before the last 30 s; undefined before there are two minutes of it. */
export function limitsAt(
  history: BinHistory,
  open: number,
  excluded: readonly BinRange[],
): Limits | undefined {
  const end = open - recentBins
  const isExcluded = (index: number) => excluded.some(([first, last]) => index >= first && index <= last)
  const size = history.collect(end - baselineBins, end, collected, excluded.length === 0 ? none : isExcluded)
  return size < warmBins ? undefined : limitsOf(sorted(collected.subarray(0, size)))
}

/** Above this, counts are sorted by comparing them. */
const maxFew = 63
const withCount = new Uint8Array(maxFew + 1)

/** Sorts in place. Quiet chats have few different counts, and are most: counting them takes a fifth of the time. */
function sorted(counts: Uint16Array): Uint16Array {
  for (const count of counts) if (count > maxFew) return counts.sort()
  withCount.fill(0)
  for (const count of counts) withCount[count] = (withCount[count] ?? 0) + 1
  let size = 0
  for (let count = 0; size < counts.length; count++)
    for (let left = withCount[count] ?? 0; left > 0; left--) counts[size++] = count
  return counts
}

/** How unlikely a count must be, in standard deviations of a normal distribution: 3.72 is one in 10,000. */
const surprise = 3.72
/** Below this mean per bin a burst has few messages: one in 3,000 then, which still leads to few false alarms. */
const tinyMean = 1
const tinySurprise = 3.4
/** A moment lasts while its bins have what chance gives in one of 40 cases. */
const lastingSurprise = 2
const [timesOne, timesThree, timesHigh] = [3, 2.4, 1.5]
/** Three bins of a moment have at least this many messages. */
const minMessages = 6

function limitsOf(counts: Uint16Array): Limits {
  const trimmed = Math.floor(counts.length * trimmedShare)
  let sum = 0
  for (let at = trimmed; at < counts.length - trimmed; at++) sum += counts[at] ?? 0
  const mean = Math.max(minMean, sum / (counts.length - 2 * trimmed))
  const dispersion = dispersionOf(counts, mean)
  const surprising = mean < tinyMean ? tinySurprise : surprise
  return {
    mean,
    high: Math.max(1, Math.ceil(timesHigh * mean)),
    lasting: Math.ceil(Math.max(timesHigh * mean, unlikely(mean, dispersion, lastingSurprise))),
    oneBin: Math.ceil(Math.max(timesOne * mean, unlikely(mean, dispersion, surprising), minMessages)),
    threeBins: Math.ceil(
      Math.max(timesThree * 3 * mean, unlikely(3 * mean, 3 * dispersion, surprising), minMessages),
    ),
  }
}

/** Of the negative binomial with the counts' variance, without the highest ones. */
function dispersionOf(counts: Uint16Array, mean: number): number {
  const last = counts.length - 1 - Math.floor(counts.length * trimmedShare)
  const highest = counts[last] ?? 0
  let squares = 0
  for (const count of counts) squares += (Math.min(count, highest) - mean) ** 2
  const variance = (squares / counts.length) * varianceCorrection
  return Math.min(maxDispersion, Math.max(minDispersion, mean ** 2 / Math.max(variance - mean, 1e-9)))
}

/** The highest counts are cut off, which lowers a variance by about this factor. */
const varianceCorrection = 1.15

/**
 * The count that a negative binomial reaches as rarely as a normal distribution reaches `surprise` standard deviations: by the gamma
 * distribution with the same mean and variance, and Wilson and Hilferty's approximation of its quantiles (1931).
 */
function unlikely(mean: number, dispersion: number, surprise: number): number {
  const shape = 1 / (1 / mean + 1 / dispersion)
  return mean * (1 - 1 / (9 * shape) + surprise / (3 * Math.sqrt(shape))) ** 3 + 1
}
