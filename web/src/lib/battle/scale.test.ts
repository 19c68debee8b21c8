import { expect, test } from 'vitest'
import { peopleOf, scaled } from './scale.ts'

test.each([
  ['messages', { chatters: 0, viewers: null }, 30],
  ['per_chatter', { chatters: 60, viewers: null }, 500],
  ['per_chatter', { chatters: 0, viewers: 100 }, null],
  ['per_viewer', { chatters: 60, viewers: 3000 }, 10],
  ['per_viewer', { chatters: 60, viewers: null }, null],
  ['per_viewer', { chatters: 60, viewers: 0 }, null],
] as const)('shows 30 messages on the scale %s with %o as %o', (scale, crowd, shown) => {
  expect(scaled(30, peopleOf(scale, crowd))).toBe(shown)
})

test('keeps a value unknown that is not known', () => {
  expect(scaled(null, 1000)).toBeNull()
})
