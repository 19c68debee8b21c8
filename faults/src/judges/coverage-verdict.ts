import type { ChannelStats, TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import type { SentLine } from '../load/traffic.ts'
import { yieldingToEventLoop } from './yielding.ts'

/** A line whose stamp is further from its sending says nothing about coverage: the fault made the stamp up. */
const ownTimeWithinMs = 1000
/** Ticks come every 5 s and carry coverage: time after the last tick before a gap, or before the end, is not covered. */
const tickMs = 5000
/** How long a line or a tick takes to reach the figures. */
const settleMs = 2000

export interface CoverageEvidence {
  frames: Iterable<ChannelStats>
  gaps: ReadonlyMap<string, readonly Gap[]>
  missing: readonly SentLine[]
  received: readonly SentLine[]
  toleranceMs: number
}

/**
 * Compares the coverage of windows with what was received: no missing line may lie in covered time, and every received line
 * must, except for the time of one tick before a gap and at the end.
 */
export async function judgeCoverage(evidence: CoverageEvidence): Promise<string[]> {
  const { gaps, missing, received, toleranceMs } = evidence
  const covered = coverageOf(evidence.frames)
  const isCovered = ({ login, sentAtMs }: SentLine, marginMs: number) =>
    (covered.get(login) ?? []).some(({ from, to }) => sentAtMs >= from + marginMs && sentAtMs < to - marginMs)
  const isAtAnEdge = await edgesOf(covered, evidence)
  const wronglyCovered: SentLine[] = []
  for await (const line of yieldingToEventLoop(missing.filter(isInItsOwnTime)))
    if (isCovered(line, toleranceMs)) wronglyCovered.push(line)
  const notCovered: SentLine[] = []
  for await (const line of yieldingToEventLoop(received.filter(isInItsOwnTime)))
    if (!isCovered(line, -toleranceMs) && !isAtAnEdge(line)) notCovered.push(line)
  const problem = ([first]: readonly SentLine[], what: string) => {
    if (first === undefined) return []
    const example = { ...first, coverage: covered.get(first.login), gaps: gaps.get(first.login) }
    return [`${what}, for example ${JSON.stringify(example)}`]
  }
  return [
    ...problem(wronglyCovered, `${wronglyCovered.length} missing lines lie in covered time`),
    ...problem(notCovered, `${notCovered.length} received lines lie in time that no window covers`),
  ]
}

function coverageOf(frames: Iterable<ChannelStats>): Map<string, TimeRange[]> {
  const covered = new Map<string, TimeRange[]>()
  for (const { channel_login: login, coverage } of frames)
    covered.set(login, [...(covered.get(login) ?? []), ...(coverage ?? [])])
  return covered
}

/** Whether a line may lie outside coverage: near the end, a gap, or the beginning of the channel's coverage. */
async function edgesOf(
  covered: ReadonlyMap<string, readonly TimeRange[]>,
  { gaps, received }: CoverageEvidence,
): Promise<(line: SentLine) => boolean> {
  const endMs = received.reduce((latest, { sentAtMs }) => Math.max(latest, sentAtMs), 0) - tickMs - settleMs
  const leadsMs = await greatestLeadsMs(received)
  return ({ login, sentAtMs }) => {
    const firstCoveredMs = Math.min(...(covered.get(login) ?? []).map(({ from }) => from))
    const leadMs = leadsMs.get(login) ?? 0
    return (
      sentAtMs > endMs ||
      (sentAtMs < firstCoveredMs && sentAtMs > firstCoveredMs - leadMs - settleMs) ||
      (gaps.get(login) ?? []).some(
        ({ from, to }) => sentAtMs > from - tickMs - settleMs && sentAtMs < to + leadMs + settleMs,
      )
    )
  }
}

/**
 * How far each channel's stamps are ahead of the sending at most: a fault may have made them up. The channel time is ahead by
 * as much, so its coverage begins later.
 */
async function greatestLeadsMs(lines: readonly SentLine[]): Promise<Map<string, number>> {
  const leadsMs = new Map<string, number>()
  for await (const line of yieldingToEventLoop(lines)) {
    const leadMs = timestampOf(line) - line.sentAtMs
    if (leadMs > (leadsMs.get(line.login) ?? 0)) leadsMs.set(line.login, leadMs)
  }
  return leadsMs
}

function isInItsOwnTime(line: SentLine): boolean {
  return Math.abs(timestampOf(line) - line.sentAtMs) < ownTimeWithinMs
}

function timestampOf({ line }: SentLine): number {
  return Number(/[@;]tmi-sent-ts=([0-9]+)/.exec(line)?.[1])
}
