import { expect, test } from 'vitest'
import { exampleMoment } from '../moments/moment.fixture.ts'
import { Alerts, type Alert } from './alerts.svelte.ts'
import { maxRules, type Rule } from './rule.ts'

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

function open(...rules: Rule[]) {
  const stored = new Map<string, string>([['cb_rules', JSON.stringify(rules)]])
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const reported: Alert[] = []
  const alerts = new Alerts({ storage, onAlert: (alert) => reported.push(alert), sinceMs: 1_000_000 })
  return { alerts, reported, storage }
}
const reading = (login: string, pace: number, rate = 0) => ({ login, pace, tokenRate: () => rate })

test('reports the pace of the channels that a rule is for, with its figure', () => {
  const { alerts, reported } = open(rule, { ...rule, id: 'b', channel: 'bridge', perMinute: 10 })
  alerts.read([reading('arena', 120), reading('bridge', 20)], 5000)
  expect(reported.map(({ rule: { id }, channel, rate, atMs }) => [id, channel, rate, atMs])).toEqual([
    ['a', 'arena', 120, 5000],
    ['b', 'bridge', 20, 5000],
  ])
  expect(alerts.list.map(({ channel }) => channel)).toEqual(['bridge', 'arena'])
})

test('compares words and emotes by their own rate', () => {
  const { alerts, reported } = open({ ...rule, measure: 'word', token: 'gg', perMinute: 3 })
  alerts.read([reading('arena', 500, 2)], 0)
  expect(reported).toEqual([])
  alerts.read([reading('arena', 500, 3)], 1000)
  expect(reported[0]?.rate).toBe(3)
})

test('reports each moment once, when it begins while the page is open', () => {
  const { alerts, reported } = open({ ...rule, measure: 'moment', coolDownMinutes: 1 })
  const moment = exampleMoment({ start: 1_000_000 })
  alerts.readMoments([exampleMoment({ start: 999_999 }), moment], 1_001_000)
  alerts.readMoments([{ ...moment, revision: 9 }], 1_100_000)
  expect(reported.map((alert) => alert.moment?.start)).toEqual([1_000_000])
})

test('keeps rules for the next visit, and no more than fit', () => {
  const { alerts, storage } = open()
  for (let index = 0; index < maxRules + 3; index++) alerts.add({ ...rule, id: `r${index}` })
  expect(alerts.rules).toHaveLength(maxRules)
  alerts.remove('r0')
  const again = new Alerts({ storage, onAlert: () => undefined, sinceMs: 0 })
  expect(again.rules.map(({ id }) => id)).toEqual(alerts.rules.map(({ id }) => id))
  expect(again.rules).toHaveLength(maxRules - 1)
})

test('keeps the cool-down of a rule over a reload', () => {
  const { alerts, reported, storage } = open(rule)
  alerts.read([reading('arena', 120)], 5000)
  const again = new Alerts({ storage, onAlert: (alert) => reported.push(alert), sinceMs: 0 })
  again.read([reading('arena', 120), reading('bridge', 120)], 9000)
  expect(reported.map(({ channel }) => channel)).toEqual(['arena', 'bridge'])
})

test('holds rules also where a browser stores nothing', () => {
  const storage = {
    getItem: () => {
      throw new Error('denied')
    },
    setItem: () => {
      throw new Error('denied')
    },
  }
  const alerts = new Alerts({ storage, onAlert: () => undefined, sinceMs: 0 })
  alerts.add(rule)
  expect(alerts.rules).toEqual([rule])
})
