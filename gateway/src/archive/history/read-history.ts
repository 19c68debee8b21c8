import { maxHistoryGaps, type History } from '@chat-battle/contracts/rest/routes/get-history'
import type { ChannelStats, TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ArchiveReader } from '../archive-reader.ts'
import { readEvents } from './read-events.ts'
import { RangePoints } from './range-points.ts'
import { RangeTotals } from './range-totals.ts'
import type { HistoryRange } from './range.ts'
import { gapsBetween, lengthOf, longest } from './time-ranges.ts'
import { readWindowRows, type HistoryWindow, type SummaryParts } from './window-rows.ts'

/** What the gateway's memory adds to the archive: the current window, and closed ones that are not archived yet. */
interface CachedWindows {
  windows(): Iterable<ChannelStats>
  summary(stats: ChannelStats): SummaryParts | undefined
}

export interface HistoryRequest {
  readonly channelId: string
  readonly channelLogin: string
  readonly range: HistoryRange
  /** The channel's time, epoch ms. */
  readonly nowMs: number
  readonly cached: CachedWindows
}

/** Ticks claim the time before them every 5 s: this much of the present is no gap yet. */
const unclaimedMs = 15_000

/** Reads the history of a range, page by page. */
export async function readHistory(
  archive: Pick<ArchiveReader, 'page'>,
  request: HistoryRequest,
): Promise<History> {
  const { channelId, channelLogin, range, nowMs } = request
  const [points, totals] = [new RangePoints(range), new RangeTotals()]
  const coverage: TimeRange[] = []
  const eventful: number[] = []
  let hadStream = false
  for await (const windows of readWindows(archive, request)) {
    for (const window of windows) {
      const { stats } = window
      points.add(window)
      totals.add(window)
      coverage.push(...coverageOf(stats))
      // A stream may end in a window without viewers.
      const hasStream = stats.viewers !== null
      if (hasStream || hadStream || Object.keys(stats.notices).length > 0) eventful.push(stats.window_start)
      hadStream = hasStream
    }
  }
  const { gaps, coveredMs } = coverageWithin(coverage, range, nowMs)
  const { events, isCut } = await readEvents(archive, channelId, eventful, range)
  return {
    channel_id: channelId,
    channel_login: channelLogin,
    from: range.fromMs,
    to: range.toMs,
    step_ms: range.stepMs,
    points: points.finish(),
    totals: totals.totals(range.windowsFromMs, range.windowsToMs),
    viewers: totals.viewers,
    mood: totals.mood,
    ...totals.lists(),
    notices: totals.notices,
    events,
    gaps: longest(gaps, maxHistoryGaps),
    covered_ms: coveredMs,
    windows_without_summary: totals.withoutSummary,
    cut: [
      ...(isCut ? (['events'] as const) : []),
      ...(gaps.length > maxHistoryGaps ? (['gaps'] as const) : []),
      ...(totals.isCut ? (['lists'] as const) : []),
    ],
  }
}

/** Every window of the range once, oldest first: from the archive where it has it, else from memory. */
async function* readWindows(
  archive: Pick<ArchiveReader, 'page'>,
  { channelId, range, cached }: HistoryRequest,
): AsyncGenerator<HistoryWindow[]> {
  const { windowsFromMs: fromMs, windowsToMs: toMs } = range
  const waiting = [...cached.windows()]
    .filter(({ window_start: start }) => start >= fromMs && start < toMs)
    .sort((one, other) => one.window_start - other.window_start)
    .map((stats): HistoryWindow => ({ stats, summary: cached.summary(stats) }))
  for await (const archived of readWindowRows(archive, channelId, { fromMs, toMs })) {
    const page: HistoryWindow[] = []
    for (const { stats, summary } of archived) {
      while ((waiting[0]?.stats.window_start ?? Infinity) < stats.window_start)
        page.push(...waiting.splice(0, 1))
      if (waiting[0]?.stats.window_start === stats.window_start) waiting.shift()
      page.push({ stats, summary: summary ?? cached.summary(stats) })
    }
    yield page
  }
  yield waiting
}

/** A version that did not record coverage reported no gaps either. */
function coverageOf({ coverage, window_start, window_end }: ChannelStats): readonly TimeRange[] {
  return coverage ?? [{ from: window_start, to: window_end }]
}

/** The known gaps of a range until now, and how much of it was covered. */
function coverageWithin(
  coverage: readonly TimeRange[],
  { fromMs, toMs }: HistoryRange,
  nowMs: number,
): { gaps: TimeRange[]; coveredMs: number } {
  const untilMs = Math.min(toMs, Math.floor(nowMs))
  const claimedMs = Math.floor(nowMs) - unclaimedMs
  const holes = gapsBetween(coverage, fromMs, untilMs)
  // Where ticks come, they will claim the present too.
  const lasting = holes.filter(({ from }) => from === fromMs || from <= claimedMs)
  return {
    gaps: holes
      .filter(({ from }) => from < claimedMs)
      .map(({ from, to }) => ({ from, to: Math.min(to, claimedMs) })),
    coveredMs: Math.max(0, untilMs - fromMs - lengthOf(lasting)),
  }
}
