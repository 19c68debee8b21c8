import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { PartitionState } from '@chat-battle/statistics/partition'

/** Reports when it finds that a moment has begun, epoch ms of event time. */
export interface Detector {
  apply(event: ChatEvent): number | undefined
}

/** The processor's fold. */
export function foldDetector(): Detector {
  const state = new PartitionState()
  const known = new Set<number>()
  return {
    apply(event) {
      const timeMs = event.timestamp ?? 0
      state.apply(event, state.nextOffset, timeMs)
      if (state.moments.isUrgent) {
        for (const { start } of state.moments.take()) {
          if (known.has(start)) continue
          known.add(start)
          return timeMs
        }
      }
      if (state.unwritten > 0) state.takeFinals()
      return undefined
    },
  }
}

/** Alarms that follow each other within this time are one. */
const sameAlarmMs = 45_000

/** Counts messages per step; at the end of each, `isAlarm` decides by the counts so far, the newest last. */
function stepDetector(stepMs: number, remembered: number, isAlarm: (counts: readonly number[]) => boolean) {
  const counts: number[] = []
  let stepEndMs = 0
  let open = 0
  let lastAlarmMs = -Infinity
  return {
    apply(event: ChatEvent): number | undefined {
      const timeMs = event.timestamp ?? 0
      if (stepEndMs === 0) stepEndMs = timeMs + stepMs
      let found: number | undefined
      while (timeMs >= stepEndMs) {
        counts.push(open)
        if (counts.length > remembered) counts.shift()
        open = 0
        if (isAlarm(counts)) {
          if (stepEndMs - lastAlarmMs > sameAlarmMs) found = stepEndMs
          lastAlarmMs = stepEndMs
        }
        stepEndMs += stepMs
      }
      if (event.type === 'message') open++
      return found
    },
  }
}

/** A step of 5 s more than three standard deviations above the mean of the ten minutes before. */
export function zScoreDetector(): Detector {
  return stepDetector(5000, 121, (counts) => {
    const before = counts.slice(0, -1)
    if (before.length < 24) return false
    const mean = before.reduce((sum, count) => sum + count, 0) / before.length
    const variance = before.reduce((sum, count) => sum + (count - mean) ** 2, 0) / before.length
    return (counts.at(-1) ?? 0) > mean + 3 * Math.sqrt(variance)
  })
}

/** Three seconds in succession above twice the mean of the 30 s up to then. */
export function doubleMeanDetector(): Detector {
  let above = 0
  return stepDetector(1000, 30, (counts) => {
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    above = counts.length === 30 && (counts.at(-1) ?? 0) > 2 * mean ? above + 1 : 0
    return above >= 3
  })
}
