import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Recent } from './recent.ts'

const change = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isDeleted: fc.boolean() })

test('has the values of the newest keys, and gives up the oldest first', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (changes, max) => {
      const recent = new Recent<string>(max)
      let expected: string[] = []
      for (const [index, { key, isDeleted }] of changes.entries()) {
        expected = expected.filter((each) => each !== key && !each.startsWith(`${key} `))
        if (isDeleted) recent.delete(key)
        else {
          recent.set(key, `${key} ${index}`)
          expected = [...expected, `${key} ${index}`].slice(-max)
        }
        expect([...recent.values()].sort()).toEqual([...expected].sort())
        expect(recent.size).toBe(expected.length)
      }
      for (const value of expected) expect(recent.takeOldest()).toBe(value)
      expect(recent.takeOldest()).toBeUndefined()
    }),
  )
})

test('does not make a key newer that is only read', () => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  expect([recent.get('a'), recent.has('a')]).toEqual([1, true])
  recent.set('c', 3)
  expect([recent.get('a'), recent.get('b'), recent.has('c')]).toEqual([undefined, 2, true])
})

test('passes the keys that are to be kept, and keeps their order', () => {
  const recent = new Recent<string>()
  for (const key of ['kept1', 'kept2', 'old', 'new']) recent.set(key, key)
  const isKept = (key: string) => key.startsWith('kept')
  expect(recent.takeOldestBut(isKept)).toBe('old')
  expect(recent.takeOldestBut(isKept)).toBe('new')
  expect(recent.takeOldestBut(isKept)).toBe('kept1')
  expect(recent.takeOldest()).toBe('kept2')
})

test('looks at a hundred keys that are to be kept', () => {
  const recent = new Recent<string>()
  for (let index = 0; index < 100; index++) recent.set(`kept${index}`, `kept${index}`)
  recent.set('last', 'last')
  expect(recent.takeOldestBut((key) => key.startsWith('kept'))).toBe('kept0')
  expect(recent.takeOldestBut((key) => key.startsWith('kept'))).toBe('last')
})
