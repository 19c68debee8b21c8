import type { ChannelStats, TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { inTurns } from './yielding.ts'
import type { SentLine } from '../load/traffic.ts'

/** A line whose own time is further from when it was sent says nothing of coverage: the fault has made it up. */
const ownTimeWithinMs = 1000
/** Ticks come every 5 s: what came after the last one before a gap, or before the end, is not claimed. */
const tickMs = 5000
/** The way of a line and of a tick to the figures. */
const settleMs = 2000

/**
 * What windows claim to have covered, held against what was received: no missing line lies in it, and no received one outside,
 * but for the time of a tick before a gap and at the end.
 */
export async function judgeCoverage(
  frames: Iterable<ChannelStats>,
  gaps: ReadonlyMap<string, readonly Gap[]>,
  missing: readonly SentLine[],
  received: readonly SentLine[],
  toleranceMs: number,
): Promise<string[]> {
  const covered = new Map<string, TimeRange[]>()
  for (const { channel_login: login, coverage } of frames)
    covered.set(login, [...(covered.get(login) ?? []), ...(coverage ?? [])])
  const isCovered = ({ login, sentAtMs }: SentLine, marginMs: number) =>
    (covered.get(login) ?? []).some(({ from, to }) => sentAtMs >= from + marginMs && sentAtMs < to - marginMs)
  const endMs = received.reduce((latest, { sentAtMs }) => Math.max(latest, sentAtMs), 0) - tickMs - settleMs
  const leadsMs = await greatestLeadsMs(received)
  const isAtAnEdge = ({ login, sentAtMs }: SentLine) => {
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
  const claimed: SentLine[] = []
  for await (const line of inTurns(missing.filter(isInItsOwnTime)))
    if (isCovered(line, toleranceMs)) claimed.push(line)
  const unclaimed: SentLine[] = []
  for await (const line of inTurns(received.filter(isInItsOwnTime)))
    if (!isCovered(line, -toleranceMs) && !isAtAnEdge(line)) unclaimed.push(line)
  const problem = ([first]: readonly SentLine[], what: string) =>
    first === undefined
      ? []
      : [
          `${what}, as ${JSON.stringify({ ...first, coverage: covered.get(first.login), gaps: gaps.get(first.login) })}`,
        ]
  return [
    ...problem(claimed, `${claimed.length} missing lines lie in time that windows call covered`),
    ...problem(unclaimed, `${unclaimed.length} received lines lie in time that no window calls covered`),
  ]
}

/**
 * How far the stamps of each channel's lines are ahead at most: a fault may have made them up. The channel's clock is ahead by as
 * much, so that its coverage begins later.
 */
async function greatestLeadsMs(lines: readonly SentLine[]): Promise<Map<string, number>> {
  const leadsMs = new Map<string, number>()
  for await (const line of inTurns(lines)) {
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
