import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Recent } from './recent.ts'

const change = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isDeleted: fc.boolean() })

test('has the newest keys, and knows the oldest of them', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (changes, max) => {
      const recent = new Recent<number>(max)
      let expected: string[] = []
      for (const [index, { key, isDeleted }] of changes.entries()) {
        expected = expected.filter((each) => each !== key)
        if (isDeleted) recent.delete(key)
        else {
          recent.set(key, index)
          expected = [...expected, key].slice(-max)
        }
        expect(recent.size).toBe(expected.length)
        if (index % 3 === 0) expect(recent.oldest).toBe(expected[0])
      }
      while (expected.length > 0) {
        expect(recent.oldest).toBe(expected[0])
        recent.delete(expected.shift() ?? '')
      }
      expect(recent.oldest).toBeUndefined()
    }),
  )
})

test('has the value that was set last', () => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 3)
  recent.set('c', 4)
  expect([recent.get('a'), recent.has('b'), recent.get('c')]).toEqual([3, false, 4])
})

test('passes keys that are to be kept', () => {
  const recent = new Recent<number>()
  for (const key of ['kept1', 'kept2', 'old', 'new']) recent.set(key, 0)
  const isKept = (key: string) => key.startsWith('kept')
  expect(recent.oldestBut(isKept)).toBe('old')
  recent.delete('old')
  recent.delete('new')
  const { oldest } = recent
  expect(recent.oldestBut(isKept)).toBe(oldest)
})
