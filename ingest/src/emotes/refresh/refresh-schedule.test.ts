import { describe, expect, test } from 'vitest'
import { maxInFlight, RefreshSchedule, type SetId } from './refresh-schedule.ts'

const minuteMs = 60_000

function schedule({ random = 0.5, ages = {} }: { random?: number; ages?: Record<string, number> } = {}) {
  const made = new RefreshSchedule({ ageMs: (set) => ages[String(set)], random: () => random })
  const takeAll = (nowMs: number) => {
    const sets: SetId[] = []
    for (let taken = made.take(nowMs); taken !== undefined; taken = made.take(nowMs)) sets.push(taken.set)
    return sets
  }
  return { made, takeAll, ages }
}

describe('a set', () => {
  test('is due at once, and again after its interval', () => {
    const { made, takeAll } = schedule()
    made.want(new Set([null]), 0)
    expect(takeAll(0)).toEqual([null])
    made.succeeded(null, 500)
    expect(takeAll(500 + 10 * minuteMs - 1)).toEqual([])
    expect(takeAll(500 + 10 * minuteMs)).toEqual([null])
  })

  test.each([
    [0, 8],
    [1, 12],
  ])('has an interval of 10 min give or take 20 percent: by chance %d it is %d min', (random, minutes) => {
    const { made, takeAll } = schedule({ random })
    made.want(new Set(['7']), 0)
    takeAll(0)
    made.succeeded('7', 0)
    expect(takeAll(minutes * minuteMs - 1)).toEqual([])
    expect(takeAll(minutes * minuteMs)).toEqual(['7'])
  })

  test('that was fetched lately is due when its interval is over', () => {
    const { made, takeAll, ages } = schedule({ ages: { 7: 4 * minuteMs } })
    made.want(new Set(['7']), 0)
    expect(takeAll(6 * minuteMs - 1)).toEqual([])
    ages['7'] = 10 * minuteMs
    expect(takeAll(6 * minuteMs)).toEqual(['7'])
  })

  test('that another ingest fetched meanwhile is not requested', () => {
    const { made, takeAll, ages } = schedule({ ages: { 7: 9 * minuteMs } })
    made.want(new Set(['7', '8']), 0)
    ages['7'] = 0
    expect(takeAll(0)).toEqual(['8'])
    ages['7'] = 10 * minuteMs
    expect(takeAll(10 * minuteMs)).toEqual(['7'])
  })

  test('that is no longer wanted is not requested again, and its answer is no error', () => {
    const { made, takeAll } = schedule()
    made.want(new Set(['7', '8']), 0)
    expect(takeAll(0)).toEqual(['7', '8'])
    made.want(new Set(['9']), 1)
    made.succeeded('7', 2)
    made.failed('8', 2, undefined)
    expect(takeAll(20 * minuteMs)).toEqual(['9'])
  })

  test('with the earliest due time is requested first', () => {
    const { made } = schedule()
    made.want(new Set(['7']), 0)
    made.want(new Set(['7', '8', '9']), -1)
    expect(made.take(0)).toEqual({ set: '8' })
    expect(made.take(0)).toEqual({ set: '9' })
  })
})

test('at most two are in flight', () => {
  const { made, takeAll } = schedule()
  made.want(new Set(['1', '2', '3', '4']), 0)
  expect(takeAll(0)).toHaveLength(maxInFlight)
  made.succeeded('1', 1)
  expect(takeAll(1)).toEqual(['3'])
})

describe('a failure', () => {
  test('makes set and provider wait twice as long each time, up to 10 min', () => {
    const { made, takeAll } = schedule()
    made.want(new Set(['7']), 0)
    let nowMs = 0
    for (const waitS of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]) {
      expect(takeAll(nowMs)).toEqual(['7'])
      expect(made.failed('7', nowMs, undefined)).toBe(nowMs === 0)
      nowMs += waitS * 1000
      expect(takeAll(nowMs - 1)).toEqual([])
    }
  })

  test('of one set makes the others wait only for a second', () => {
    const { made, takeAll } = schedule()
    made.want(new Set(['7', '8', '9']), 0)
    takeAll(0)
    made.failed('7', 0, undefined)
    expect(takeAll(999)).toEqual([])
    expect(takeAll(1000)).toEqual(['9'])
    made.succeeded('8', 1000)
    expect(takeAll(1000)).toEqual(['7'])
  })

  test('waits as long as the provider asks, between 1 s and 1 h', () => {
    for (const [askedMs, waitMs] of [
      [0, 1000],
      [90_000, 90_000],
      [1e12, 60 * minuteMs],
    ] as const) {
      const { made, takeAll } = schedule()
      made.want(new Set(['7']), 0)
      takeAll(0)
      made.failed('7', 0, askedMs)
      expect(takeAll(waitMs - 1)).toEqual([])
      expect(takeAll(waitMs)).toEqual(['7'])
    }
  })

  test('is over with a success', () => {
    const { made, takeAll } = schedule()
    made.want(new Set(['7']), 0)
    for (const atMs of [0, 1000, 3000]) {
      expect(takeAll(atMs)).toEqual(['7'])
      made.failed('7', atMs, undefined)
    }
    expect(takeAll(7000)).toEqual(['7'])
    made.succeeded('7', 7000)
    takeAll(7000 + 10 * minuteMs)
    made.failed('7', 10_000_000, undefined)
    expect(takeAll(10_001_000)).toEqual(['7'])
  })
})
