import { expect, test } from 'vitest'
import { comparable, maxRules, missingOf, parseRules, type Rule } from './rule.ts'

const rule: Rule = {
  id: 'a',
  measure: 'word',
  token: 'gg',
  channel: '',
  perMinute: 30,
  coolDownMinutes: 5,
  notifies: true,
  sounds: false,
}

test('reads stored rules, and leaves out what is damaged', () => {
  expect(parseRules(JSON.stringify([rule, { ...rule, measure: 'x' }, null, { ...rule, id: 'b' }]))).toEqual([
    rule,
    { ...rule, id: 'b' },
  ])
  for (const stored of [null, '', '{', '{}', 'null', '7'])
    expect(parseRules(stored), String(stored)).toEqual([])
  expect(parseRules(JSON.stringify(Array.from({ length: 100 }, () => rule)))).toHaveLength(maxRules)
})

test.each([
  ['GG, well played!', ' gg well played '],
  ['  ', '  '],
  ['Grüße an @Ann_1', ' grüße an ann_1 '],
  ['ｇｇ', ' gg '],
])('compares %j as %j', (text, expected) => {
  expect(comparable(text)).toBe(expected)
})

test.each([
  [{ measure: 'word', token: ' ?! ' }, 'word'],
  [{ measure: 'emote', token: ' ' }, 'emote'],
  [{ measure: 'emote', token: 'Two Names' }, 'emote'],
  [{ measure: 'emote', token: ':)' }, undefined],
  [{ measure: 'messages', perMinute: 0 }, 'perMinute'],
  [{ measure: 'messages', perMinute: Number.NaN }, 'perMinute'],
  [{ measure: 'moment', perMinute: 0, token: '' }, undefined],
  [{}, undefined],
] as const)('of %o is missing: %s', (given, expected) => {
  expect(missingOf({ ...rule, ...given })).toBe(expected)
})
