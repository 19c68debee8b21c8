import { seriesStepMs } from '@chat-battle/contracts/window'
import type { ChannelView } from '../channel/channel-view.ts'
import type { ChartHole, ChartMark, ChartSeries } from '../chart/chart-series.ts'
import type { Share } from '../chart/gaps.ts'
import { minuteMs, timelineSteps } from '../chart/timeline.ts'
import type { Scale } from './battle-address.ts'
import { leadChanges } from './lead.ts'
import type { Chat } from './live-stretch.ts'
import { peopleOf, scaled } from './scale.ts'
import type { Stretch } from './verdict-text.ts'

/** How many steps of five seconds make one of the chart: single steps jump too much to be compared. */
const stepsPerPoint = 3
export const liveStepMs = stepsPerPoint * seriesStepMs
const timelineMs = timelineSteps * seriesStepMs

/** A chat's curve over the last ten minutes: messages per minute on a scale. `place`: of the channel, it decides the colour. */
export function liveSeries({ login, view }: Chat, place: number, scale: Scale): ChartSeries {
  const people = peopleOf(scale, view)
  return {
    label: login,
    color: `var(--c${place})`,
    points: perPoint(view).map(({ at, perMinute }) => ({ at, value: scaled(perMinute, people) })),
  }
}

/** Steps of the clock: so a point keeps its value while the chart moves. The last one is complete. */
function perPoint({ timeline }: ChannelView): { at: number; perMinute: number | null }[] {
  if (timeline === null) return []
  const lead = (liveStepMs - (timeline.startMs % liveStepMs)) % liveStepMs
  const first = lead / seriesStepMs
  const points: { at: number; perMinute: number | null }[] = []
  // The last step is still being counted.
  for (let step = first; step + stepsPerPoint < timeline.counts.length; step += stepsPerPoint) {
    const counts = timeline.counts.slice(step, step + stepsPerPoint)
    const sum = counts.reduce<number | null>(
      (total, count) => (total === null || count === null ? null : total + count),
      0,
    )
    points.push({
      at: timeline.startMs + step * seriesStepMs,
      perMinute: sum === null ? null : (sum * minuteMs) / liveStepMs,
    })
  }
  return points
}

/** Where messages of any of the chats may be missing, and where none of them was watched. */
export function liveHoles(views: readonly ChannelView[]): ChartHole[] {
  const shown = views.flatMap((view) =>
    view.timeline === null ? [] : [{ ...view, timeline: view.timeline }],
  )
  const gaps = shown.flatMap(({ timeline, gaps: shares }) =>
    shares.map((share) => ({ ...timesOf(share, timeline.startMs), kind: 'gap' as const })),
  )
  const [first, ...others] = shown.map(({ timeline, unwatched }) =>
    unwatched.map((share) => timesOf(share, timeline.startMs)),
  )
  const unwatched = (first ?? []).flatMap(({ from, to }) => {
    const ends = others.map(
      (ranges) => ranges.find((range) => range.from <= from && range.to > from)?.to ?? from,
    )
    const until = Math.min(to, ...ends)
    return until > from ? [{ from, to: until, kind: 'unwatched' as const }] : []
  })
  return [...gaps, ...unwatched]
}

function timesOf({ from, to }: Share, startMs: number): { from: number; to: number } {
  return { from: startMs + from * timelineMs, to: startMs + to * timelineMs }
}

/** The range of curves that have not come yet. */
export function awaitedTimes(nowMs: number): { from: number; to: number } {
  return { from: nowMs - timelineMs, to: nowMs }
}

/** The range that all curves share, epoch ms; null before the first frame. */
export function liveTimes(views: readonly ChannelView[]): { from: number; to: number } | null {
  const starts = views.flatMap(({ timeline }) => timeline?.startMs ?? [])
  if (starts.length === 0) return null
  const from = Math.max(...starts)
  return { from, to: from + timelineMs }
}

/** A mark wherever another chat took the lead. */
export function leadMarks(
  { contenders, startMs, stepMs }: Stretch,
  label: (login: string, from: string) => string,
): ChartMark[] {
  return leadChanges(contenders).map(({ step, login, from }) => ({
    at: startMs + step * stepMs,
    kind: 'lead',
    label: label(login, from),
  }))
}
