import { expect, test } from 'vitest'
import type { Rule } from './rule.ts'
import { RuleWatch } from './rule-watch.ts'

const minuteMs = 60_000
const rule: Rule = {
  id: 'a',
  measure: 'messages',
  token: '',
  channel: '',
  perMinute: 100,
  coolDownMinutes: 5,
  notifies: false,
  sounds: false,
}

test('reports when a channel comes to the number, and not while it stays above', () => {
  const watch = new RuleWatch()
  const reported = [99, 100, 150, 100].map((rate, second) => watch.read(rule, 'arena', rate, second * 1000))
  expect(reported).toEqual([false, true, false, false])
})

test('reports again after the channel was below, and after the cool-down', () => {
  const watch = new RuleWatch()
  const at = (rate: number, minute: number) => watch.read(rule, 'arena', rate, minute * minuteMs)
  expect([at(100, 0), at(50, 1), at(100, 2)]).toEqual([true, false, false])
  // It rose during the cool-down: it has to be below once more.
  expect([at(100, 6), at(50, 7), at(100, 8)]).toEqual([false, false, true])
})

test('watches each channel for itself', () => {
  const watch = new RuleWatch()
  expect(watch.read(rule, 'arena', 100, 0)).toBe(true)
  expect(watch.read(rule, 'bridge', 100, 0)).toBe(true)
})

test('reports what happens, once per cool-down', () => {
  const watch = new RuleWatch()
  const at = (minute: number) => watch.happen(rule, 'arena', minute * minuteMs)
  expect([at(0), at(4), at(5)]).toEqual([true, false, true])
})

test('forgets rules that are gone', () => {
  const watch = new RuleWatch()
  watch.read(rule, 'arena', 100, 0)
  watch.keep([])
  expect(watch.read(rule, 'arena', 100, 1000)).toBe(true)
})

test('keeps the cool-downs of an earlier visit, and ignores a report that is later than the clock', () => {
  const before = new RuleWatch()
  before.read(rule, 'arena', 100, 10 * minuteMs)
  before.read(rule, 'bridge', 1, 10 * minuteMs)
  expect(before.reports).toEqual({ 'a arena': 10 * minuteMs })
  const reads = (minute: number) => new RuleWatch(before.reports).read(rule, 'arena', 100, minute * minuteMs)
  expect([reads(14), reads(15), reads(9)]).toEqual([false, true, true])
})
