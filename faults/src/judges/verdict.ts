import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { ExactCounter, type ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import type { Installation } from '../installation/installation.ts'
import { readChatKeys } from '../installation/topic-contents.ts'
import type { SentLine } from '../load/traffic.ts'
import { judgeArchive, type ArchiveVerdict } from './archive-verdict.ts'
import { judgeCoverage } from './coverage-verdict.ts'
import { keyOfLine } from './event-key.ts'
import { isInGap, settledGaps, transitMs } from './gaps.ts'
import { judgeWindows } from './window-verdict.ts'
import { yieldingToEventLoop } from './yielding.ts'

const settledWithinMs = 90_000
const retryAfterMs = 500
const sameStretchMs = 1000

export interface Verdict {
  /** Messages that were sent, each counted once however often it was sent. */
  messages: number
  /** Messages and moderation that no window or row has, and that no reported gap covers. */
  lost: number
  /** What windows count beyond what was sent. */
  twice: number
  /** Messages and moderation that no window has, and that reported gaps cover. */
  inGaps: number
  /** Received lines that a reported gap covers: the gap was reported longer than it was. */
  receivedInGaps: number
  gaps: ReadonlyMap<string, readonly Gap[]>
  /** The exact count of what ingest received, by channel and window start: what every client must show. */
  counted: ReadonlyMap<string, ReadonlyMap<number, ExactCount>>
  /** How many of the compared windows are closed. */
  closedWindows: number
  problems: string[]
  /** Undefined if the archive was not judged. */
  archive: ArchiveVerdict | undefined
}

/**
 * Compares every window on `channel-stats` and by REST, and if requested every archived row, with an exact count of what was
 * sent. Call it after the traffic has stopped.
 */
export async function judge(
  installation: Installation,
  sent: readonly SentLine[],
  { archive = false } = {},
): Promise<Verdict> {
  const keyed = sent.map((line) => ({ ...line, key: keyOfLine(line.login, line.line) }))
  const written = await settledChatKeys(installation)
  const isMissing = ({ key }: { key: string | undefined }) => key !== undefined && !written.has(key)
  const missing = keyed.filter(isMissing)
  const received = keyed.filter((line) => !isMissing(line))
  const { gaps, lost } = await settledGaps(installation, missing)
  const counted = await countLines(received, installation)
  const windows = await judgeWindows(installation, counted)
  const finals = [...windows.frames.values()].filter(
    ({ final, channel_login: login, window_start: start }) => final && counted.get(login)?.has(start),
  )
  const coverageProblems = await judgeCoverage({
    frames: windows.frames.values(),
    gaps,
    missing,
    received,
    toleranceMs: transitMs,
  })
  return {
    messages: new Set(keyed.flatMap(({ key, line }) => (line.includes(' PRIVMSG ') ? [key] : []))).size,
    lost: lost.size + windows.lost,
    twice: windows.twice,
    inGaps: new Set(missing.map(({ key }) => key)).size - lost.size,
    receivedInGaps: received.filter((line) => isInGap(line, gaps, -transitMs)).length,
    gaps,
    counted,
    closedWindows: finals.length,
    problems: [
      ...lostStretches(missing.filter(({ key }) => lost.has(key))),
      ...windows.problems,
      ...coverageProblems,
    ],
    archive: archive ? await judgeArchive(installation, received, finals) : undefined,
  }
}

export function isClean({ lost, twice, problems }: Pick<Verdict, 'lost' | 'twice' | 'problems'>): boolean {
  return lost === 0 && twice === 0 && problems.length === 0
}

/** The exact count of lines, by channel and window start. */
export async function countLines(
  lines: readonly Pick<SentLine, 'line'>[],
  { twitch }: Pick<Installation, 'twitch'>,
): Promise<Map<string, Map<number, ExactCount>>> {
  const counter = new ExactCounter(twitch.emotes)
  for await (const { line } of yieldingToEventLoop(lines)) counter.add(line)
  return counter.counts
}

/** The keys of all events on the input topic, once no more arrive. */
async function settledChatKeys(installation: Installation): Promise<Map<string, number>> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = -1; ;) {
    const keys = await readChatKeys(installation)
    if (keys.size === before || performance.now() > deadlineMs) return keys
    before = keys.size
    await delay(retryAfterMs)
  }
}

/** The stretches of time in which lost lines were sent, per channel, for finding the cause. */
function lostStretches(lines: readonly SentLine[]): string[] {
  const stretches: { login: string; from: number; to: number; count: number }[] = []
  for (const { login, sentAtMs } of lines) {
    const last = stretches.findLast((stretch) => stretch.login === login)
    if (last === undefined || sentAtMs - last.to > sameStretchMs)
      stretches.push({ login, from: sentAtMs, to: sentAtMs, count: 1 })
    else Object.assign(last, { to: sentAtMs, count: last.count + 1 })
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  return stretches.map(
    ({ login, from, to, count }) => `${login}: ${count} lost lines, sent from ${iso(from)} to ${iso(to)}`,
  )
}
