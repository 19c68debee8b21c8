import { expect, test } from 'vitest'
import { exampleMoment } from './moment.fixture.ts'
import { isOngoing, lengthOf, maxMoments, mergeMoments } from './moment-list.ts'

test('lists moments newest first, of each the newest revision, whatever order they arrive in', () => {
  const first = exampleMoment({ start: 1000 })
  const grown = exampleMoment({ start: 1000, revision: 5, people: 90 })
  const later = exampleMoment({ start: 2000 })
  const elsewhere = exampleMoment({ start: 1000, channel_id: '2' })
  expect(mergeMoments([first], [later, grown, elsewhere])).toEqual([later, grown, elsewhere])
  expect(mergeMoments([later, grown], [first])).toEqual([later, grown])
})

test('a revision takes away the texts of the one before', () => {
  const shown = exampleMoment({ samples: ['gg'] })
  const moderated = exampleMoment({ samples: [], revision: 2 })
  expect(mergeMoments([shown], [moderated])).toEqual([moderated])
})

test('is the same array if nothing changes', () => {
  const known = [exampleMoment()]
  expect(mergeMoments(known, [exampleMoment()])).toBe(known)
})

test('is bounded: the oldest go first', () => {
  const many = Array.from({ length: maxMoments + 5 }, (_, index) => exampleMoment({ start: index * 1000 }))
  const kept = mergeMoments([], many)
  expect(kept).toHaveLength(maxMoments)
  expect(kept.at(-1)?.start).toBe(5000)
})

test('lasts until its end is known, and not for ever where none comes', () => {
  const open = exampleMoment({ end: null })
  expect(isOngoing(open, open.start + 60_000)).toBe(true)
  expect(isOngoing(open, open.start + 7 * 60_000)).toBe(false)
  expect(isOngoing(exampleMoment(), 1_001_000)).toBe(false)
})

test('lasts at least a step, and until its peak while it goes on', () => {
  expect(lengthOf(exampleMoment())).toBe(20_000)
  expect(lengthOf(exampleMoment({ end: null, peak: 1_015_000 }))).toBe(15_000)
  expect(lengthOf(exampleMoment({ end: 1_000_000 }))).toBe(5000)
})
