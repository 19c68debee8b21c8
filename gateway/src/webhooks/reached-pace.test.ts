import { expect, test } from 'vitest'
import { paceReportEveryMs } from '@chat-battle/contracts/records/webhook'
import { seriesStepMs } from '@chat-battle/contracts/window'
import { reachedPace } from './reached-pace.ts'

const newest = 1_000_000_000
const rule = (reportedAt = 0) => ({ perMinute: 12, reportedAt })
/** One message per step, but for those that are given. */
const steady =
  (given: Readonly<Record<number, number>> = {}) =>
  (at: number) =>
    given[at] ?? 1

test('sums the twelve steps that end with the newest one', () => {
  expect(reachedPace(steady(), newest, rule())).toEqual({ at: newest, messageCount: 12 })
  expect(reachedPace(steady({ [newest]: 4 }), newest, rule())).toEqual({ at: newest, messageCount: 15 })
  expect(reachedPace(steady({ [newest - 11 * seriesStepMs]: 0 }), newest, rule())).toBeUndefined()
  expect(reachedPace(steady({ [newest - 12 * seriesStepMs]: 0 }), newest, rule())).toBeDefined()
})

test('reports again after a minute with fewer messages only, and not soon', () => {
  const reportedAt = newest - paceReportEveryMs
  expect(reachedPace(steady(), newest, rule(reportedAt))).toBeUndefined()
  const quiet = steady({ [reportedAt + 5 * seriesStepMs]: 0 })
  expect(reachedPace(quiet, newest, rule(reportedAt))).toEqual({ at: newest, messageCount: 12 })
  expect(reachedPace(quiet, newest, rule(reportedAt + seriesStepMs))).toBeUndefined()
  // The step with none belongs to minutes before the report as well.
  const before = steady({ [reportedAt - 11 * seriesStepMs]: 0 })
  expect(reachedPace(before, newest, rule(reportedAt))).toBeUndefined()
  // The newest step is not complete: the minute before had enough.
  const rising = steady({ [newest]: 0, [newest - seriesStepMs]: 2 })
  expect(reachedPace(rising, newest, rule(reportedAt))).toBeUndefined()
})

test('reports again where the time of the report before is not known any more', () => {
  expect(reachedPace(steady(), newest, rule(newest - 5 * 60 * 60_000))).toBeDefined()
})
