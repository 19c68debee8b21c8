import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leadChanges, verdictOf, type Contender } from './lead.ts'

const two = (a: (number | null)[], b: (number | null)[]): Contender[] => [
  { login: 'a', values: a },
  { login: 'b', values: b },
]

test('counts the steps that each chat led', () => {
  expect(verdictOf(two([5, 5, 1, 9], [1, 2, 7, 0]))).toEqual({
    steps: 4,
    leads: [
      { login: 'a', steps: 3 },
      { login: 'b', steps: 1 },
    ],
    level: 0,
    silent: 0,
    unknown: 0,
  })
})

test('counts level and silent steps for nobody', () => {
  expect(verdictOf(two([3, 0, 4], [3, 0, 5]))).toMatchObject({
    steps: 3,
    leads: [{ login: 'b', steps: 1 }],
    level: 1,
    silent: 1,
  })
})

test('counts a step with a gap of any chat for nobody', () => {
  expect(verdictOf(two([9, 9, null, 9], [1, 1, 1, 1]))).toMatchObject({
    steps: 4,
    leads: [{ login: 'a', steps: 3 }],
    unknown: 1,
  })
})

test('begins with the first step in which every chat is known', () => {
  expect(verdictOf(two([null, 9, 9], [1, null, 1]))).toMatchObject({ steps: 1, unknown: 0 })
})

test('names the chats that led equally often in their order', () => {
  const { leads } = verdictOf(two([1, 5], [5, 1]))
  expect(leads.map(({ login }) => login)).toEqual(['a', 'b'])
})

test('has no verdict on one chat, on none, and on steps that are not known', () => {
  const none = { steps: 0, leads: [], level: 0, silent: 0, unknown: 0 }
  expect(verdictOf([{ login: 'a', values: [1, 2] }])).toEqual(none)
  expect(verdictOf([])).toEqual(none)
  expect(verdictOf(two([null], [null]))).toEqual(none)
})

test('lists the changes of the lead, across level, silent and unknown steps', () => {
  expect(leadChanges(two([5, 2, 1, null, 0, 6], [1, 2, 7, 3, 0, 2]))).toEqual([
    { step: 2, login: 'b', from: 'a' },
    { step: 5, login: 'a', from: 'b' },
  ])
})

const value = fc.option(fc.nat({ max: 3 }), { nil: null })
const stretch = fc
  .integer({ min: 1, max: 12 })
  .chain((length) =>
    fc.array(fc.array(value, { minLength: length, maxLength: length }), { minLength: 2, maxLength: 4 }),
  )

test('attributes every judged step exactly once, and changes the lead only between those who led', () => {
  fc.assert(
    fc.property(stretch, (rows) => {
      const contenders = rows.map((values, index) => ({ login: `c${index}`, values }))
      const { steps, leads, level, silent, unknown } = verdictOf(contenders)
      const led = leads.reduce((sum, lead) => sum + lead.steps, 0)
      expect(led + level + silent + unknown).toBe(steps)
      const leaders = new Set(leads.map(({ login }) => login))
      const changes = leadChanges(contenders)
      for (const [index, { login, from }] of changes.entries()) {
        expect(leaders).toContain(login)
        expect(leaders).toContain(from)
        if (index > 0) expect(from).toBe(changes[index - 1]?.login)
      }
    }),
  )
})
