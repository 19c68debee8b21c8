import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Formats } from '../i18n/formats.ts'
import { epochOfLocal, zoneOffsetMs } from '../i18n/zoned-time.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Distances between ticks that a reader can count by. */
const distancesMs = [
  ...[5, 10, 30].map((seconds) => seconds * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 7, 14, 28].map((days) => days * dayMs),
]

export interface Tick {
  at: number
  label: string
}

/** Ticks at full local times of the zone, at most `most` of them. */
export function timeTicks({ from, to }: TimeRange, most: number, zone: string, formats: Formats): Tick[] {
  const distanceMs = distancesMs.find((each) => (to - from) / each <= most) ?? (to - from) / most
  const ticks: Tick[] = []
  const firstMs = Math.ceil((from + zoneOffsetMs(from, zone)) / distanceMs) * distanceMs
  for (let localMs = firstMs; ticks.length <= most; localMs += distanceMs) {
    const at = epochOfLocal(localMs, zone)
    if (at > to) break
    if (at >= from) ticks.push({ at, label: labelOf(at, localMs, distanceMs, formats) })
  }
  return ticks
}

function labelOf(at: number, localMs: number, distanceMs: number, formats: Formats): string {
  if (distanceMs >= dayMs || localMs % dayMs === 0) return formats.day(at)
  return distanceMs < minuteMs ? formats.timeWithSeconds(at) : formats.time(at)
}

/** A round number that is at least `peak` and at least `least`, in steps that rarely change as the peak does. */
export function niceMax(peak: number, least = 4): number {
  const value = Math.max(peak, least)
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((each) => each * magnitude >= value) ?? 10
  return factor * magnitude
}
