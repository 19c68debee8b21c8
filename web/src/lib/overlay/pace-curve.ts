import { paceOf, type Timeline } from '../chart/timeline.ts'

/** Steps of a minute, and the one that is not complete. */
const firstSteps = 13

/** The pace at the end of each step of a timeline, as the card shows it; null where no message of the minute before is known. */
export function paceCurve(timeline: Timeline | null): (number | null)[] {
  if (timeline === null) return []
  const { startMs, counts } = timeline
  return Array.from({ length: counts.length - firstSteps + 1 }, (_, index) => {
    const until = counts.slice(index, index + firstSteps)
    return until.slice(0, -1).every((count) => count === null) ? null : paceOf({ startMs, counts: until })
  })
}
