import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { channelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { ExactCounter, type ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import { until } from '@chat-battle/testkit/testing'
import { judgeArchive, type ArchiveVerdict } from './archive-verdict.ts'
import { judgeCoverage } from './coverage-verdict.ts'
import { keyOfLine } from './event-key.ts'
import { inTurns } from './yielding.ts'
import type { Installation } from '../installation/installation.ts'
import { readChat, readFrames } from '../installation/topic-contents.ts'
import type { SentLine } from '../load/traffic.ts'

/** How far the clocks of what was sent and of the gap that swallowed it may lie apart: the way through a socket. */
export const transitMs = 250
const settledAfterMs = 3000
const settledWithinMs = 90_000
const shownWithinMs = 10_000
const toldWithinMs = 10_000
const sameStretchMs = 1000

export interface Verdict {
  /** Messages, each once however often it was sent. */
  messages: number
  /** Messages and moderation that no window or row has, outside the reported gaps. */
  lost: number
  /** What windows count beyond what was sent. */
  twice: number
  /** Messages and moderation that no window has, and that reported gaps cover. */
  inGaps: number
  /** Lines that are in spite of a gap around the time when they were sent: where it was reported longer than it was. */
  heardInGaps: number
  gaps: ReadonlyMap<string, readonly Gap[]>
  /** What ingest heard, by channel and window: a live client must show the same. */
  counted: ReadonlyMap<string, ReadonlyMap<number, ExactCount>>
  /** How many of the windows that were held against the count are closed. */
  closedWindows: number
  /** Whatever else is not as it must be. */
  problems: string[]
  /** The same of the archive, where that was asked for. */
  archive: ArchiveVerdict | undefined
}

/**
 * Holds every window that is shown, on `channel-stats` and by REST, and if asked every archived row, against an exact count of
 * what was sent. Call it when the traffic has stopped.
 */
export async function judge(
  installation: Installation,
  sent: readonly SentLine[],
  { archive = false } = {},
): Promise<Verdict> {
  const keyed = sent.map((line) => ({ ...line, key: keyOfLine(line.login, line.line) }))
  const heard = await settledChat(installation)
  const isMissing = ({ key }: { key: string | undefined }) => key !== undefined && !heard.has(key)
  const missing = keyed.filter(isMissing)
  const there = keyed.filter((line) => !isMissing(line))
  const { gaps, lost } = await settledGaps(installation, missing)
  const verdict: Verdict = {
    messages: new Set(keyed.flatMap(({ key, line }) => (line.includes(' PRIVMSG ') ? [key] : []))).size,
    lost: lost.size,
    twice: 0,
    inGaps: new Set(missing.map(({ key }) => key)).size - lost.size,
    heardInGaps: there.filter((line) => isInGap(line, gaps, -transitMs)).length,
    gaps,
    counted: await countOf(there),
    closedWindows: 0,
    problems: whenLost(missing.filter(({ key }) => lost.has(key))),
    archive: undefined,
  }
  const frames = await compareWindows(installation, verdict)
  const finals = [...frames.values()].filter(
    ({ final, channel_login: login, window_start: start }) => final && verdict.counted.get(login)?.has(start),
  )
  verdict.closedWindows = finals.length
  verdict.problems.push(...(await judgeCoverage(frames.values(), gaps, missing, there, transitMs)))
  if (archive) verdict.archive = await judgeArchive(installation, there, finals)
  return verdict
}

/** What the lines come to, by channel and window. */
export async function countOf(
  lines: readonly Pick<SentLine, 'line'>[],
): Promise<Map<string, Map<number, ExactCount>>> {
  const counter = new ExactCounter()
  for await (const { line } of inTurns(lines)) counter.add(line)
  return counter.counts
}

/** In which stretches of each channel the lost lines were sent, for whoever looks for the cause. */
function whenLost(lines: readonly SentLine[]): string[] {
  const stretches: { login: string; from: number; to: number; count: number }[] = []
  for (const { login, sentAtMs } of lines) {
    const last = stretches.findLast((stretch) => stretch.login === login)
    if (last === undefined || sentAtMs - last.to > sameStretchMs)
      stretches.push({ login, from: sentAtMs, to: sentAtMs, count: 1 })
    else Object.assign(last, { to: sentAtMs, count: last.count + 1 })
  }
  return stretches.map(
    ({ login, from, to, count }) =>
      `${login}: ${count} lines lost that were sent from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
  )
}

/** The gaps that are reported, and what lies in none of them. An ingest that takes over tells a gap seconds after it. */
async function settledGaps(
  installation: Installation,
  missing: readonly (SentLine & { key: string | undefined })[],
): Promise<{ gaps: Map<string, readonly Gap[]>; lost: Set<string | undefined> }> {
  const deadlineMs = performance.now() + toldWithinMs
  for (;;) {
    const gaps = await reportedGaps(installation)
    const lost = new Set(missing.filter((line) => !isInGap(line, gaps, transitMs)).map(({ key }) => key))
    if (lost.size === 0 || performance.now() > deadlineMs) return { gaps, lost }
    await delay(500)
  }
}

/** Whether a verdict is clean. */
export function isClean({ lost, twice, problems }: Pick<Verdict, 'lost' | 'twice' | 'problems'>): boolean {
  return lost === 0 && twice === 0 && problems.length === 0
}

async function reportedGaps(installation: Installation): Promise<Map<string, readonly Gap[]>> {
  const response = await fetch(`${installation.url('gateway')}/api/channels?limit=1000`)
  const { channels } = channelList.parse(await response.json())
  return new Map(channels.map(({ channel_login, gaps }) => [channel_login, gaps]))
}

function isInGap(
  { login, sentAtMs }: SentLine,
  gaps: ReadonlyMap<string, readonly Gap[]>,
  toleranceMs: number,
): boolean {
  const known = gaps.get(login) ?? []
  return known.some(({ from, to }) => sentAtMs >= from - toleranceMs && sentAtMs <= to + toleranceMs)
}

/** The keys of all that is on the input topic, when nothing more comes to it. */
async function settledChat(installation: Installation): Promise<Map<string, number>> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = -1; ;) {
    const heard = await readChat(installation)
    if (heard.size === before || performance.now() > deadlineMs) return heard
    before = heard.size
    await delay(500)
  }
}

async function compareWindows(
  installation: Installation,
  verdict: Verdict,
): Promise<Map<string, ChannelStats>> {
  const { counted } = verdict
  const frames = await settledFrames(installation, counted)
  for (const { channel_login: login, window_start: start, message_count } of frames.values()) {
    if (message_count === 0 || !counted.has(login) || counted.get(login)?.has(start) === true) continue
    verdict.twice += message_count
    verdict.problems.push(`${login} ${start}: ${message_count} messages in a window that has none`)
  }
  for (const [login, windows] of counted) {
    for (const [start, exact] of windows) {
      const shown = frames.get(`${login}:${start}`)
      const difference = exact.message_count - (shown?.message_count ?? 0)
      verdict.lost += Math.max(0, difference)
      verdict.twice += Math.max(0, -difference)
      for (const { figure, counted: exactly, shown: got, same } of compareWindow(exact, shown).rows) {
        if (!same) verdict.problems.push(`${login} ${start}: ${figure} is ${got}, counted ${exactly}`)
      }
      if (shown === undefined || !(await isShownByRest(installation, shown)))
        verdict.problems.push(`${login} ${start}: REST does not show what channel-stats has`)
    }
  }
  return frames
}

/** Whether REST comes to show the frame, or a newer one of the same figures: ticks go on meanwhile. */
function isShownByRest(installation: Installation, frame: ChannelStats): Promise<boolean> {
  const { revision, final, coverage: _, ...figures } = frame
  const path = `/api/channels/${frame.channel_login}/stats?window_start=${frame.window_start}`
  const isShown = async () => {
    const response = await fetch(installation.url('web') + path)
    const read = channelStats.safeParse(await response.json())
    if (!read.success) return false
    const { revision: shownRevision, final: isFinal, coverage: __, ...shown } = read.data
    return shownRevision >= revision && (isFinal || !final) && isDeepStrictEqual(shown, figures)
  }
  return until(isShown, 'REST shows the frame', shownWithinMs).then(
    () => true,
    () => false,
  )
}

/** The newest frames, once they show as much as was counted, or no longer change. */
async function settledFrames(
  installation: Installation,
  counted: ReadonlyMap<string, ReadonlyMap<number, ExactCount>>,
): Promise<Map<string, ChannelStats>> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = ''; ;) {
    const frames = await readFrames(installation)
    const sums = [...counted].flatMap(([login, windows]) =>
      [...windows].map(([start, { message_count }]) => ({
        shown: frames.get(`${login}:${start}`)?.message_count ?? 0,
        counted: message_count,
      })),
    )
    const state = JSON.stringify(sums)
    const isComplete = sums.every(({ shown, counted: exactly }) => shown === exactly)
    if ((isComplete && state === before) || performance.now() > deadlineMs) return frames
    before = state
    await delay(isComplete ? 500 : settledAfterMs)
  }
}
