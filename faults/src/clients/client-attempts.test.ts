import { expect, test } from 'vitest'
import { mostClientsWithin, reconnections } from './client-attempts.ts'

const attempts = (...given: [number, string][]) => given.map(([atMs, client]) => ({ atMs, client }))

test('counts the clients that try within the stretch', () => {
  expect(mostClientsWithin(attempts([0, 'a'], [40, 'b'], [90, 'c'], [300, 'd']), 100)).toBe(3)
})

test('counts a client once that tries both transports', () => {
  expect(mostClientsWithin(attempts([0, 'a'], [10, 'a'], [20, 'b']), 100)).toBe(2)
})

test('leaves out attempts that are a whole stretch older', () => {
  expect(mostClientsWithin(attempts([0, 'a'], [100, 'b']), 100)).toBe(1)
})

test('counts no client without attempts', () => {
  expect(mostClientsWithin([], 100)).toBe(0)
})

test('takes handshakes soon after another for one reconnection, and those of a client that never waits for several', () => {
  const begun = reconnections(attempts([0, 'a'], [10, 'b'], [200, 'a'], [260, 'a'], [400, 'a'], [510, 'a']))
  expect(begun).toEqual(attempts([0, 'a'], [10, 'b'], [260, 'a'], [510, 'a']))
})
