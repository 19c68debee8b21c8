import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import type { Installation } from '../installation/installation.ts'
import { restChannels } from '../installation/rest.ts'
import type { SentLine } from '../load/traffic.ts'

/** How far the time of a line and of the gap that covers it may lie apart: its way through a socket. */
export const transitMs = 250
/** An ingest that takes over reports a gap some seconds after it. */
const reportedWithinMs = 10_000
const retryAfterMs = 500

export type KeyedLine = SentLine & { key: string | undefined }

export function isInGap(
  { login, sentAtMs }: SentLine,
  gaps: ReadonlyMap<string, readonly Gap[]>,
  toleranceMs: number,
): boolean {
  const ofChannel = gaps.get(login) ?? []
  return ofChannel.some(({ from, to }) => sentAtMs >= from - toleranceMs && sentAtMs <= to + toleranceMs)
}

/** The reported gaps per channel, and the keys of missing lines that no gap covers, once there are none or time is up. */
export async function settledGaps(
  installation: Installation,
  missing: readonly KeyedLine[],
): Promise<{ gaps: Map<string, readonly Gap[]>; lost: Set<string | undefined> }> {
  const deadlineMs = performance.now() + reportedWithinMs
  for (;;) {
    const channels = await restChannels(installation)
    const gaps = new Map(channels.map(({ channel_login, gaps: reported }) => [channel_login, reported]))
    const lost = new Set(missing.filter((line) => !isInGap(line, gaps, transitMs)).map(({ key }) => key))
    if (lost.size === 0 || performance.now() > deadlineMs) return { gaps, lost }
    await delay(retryAfterMs)
  }
}
