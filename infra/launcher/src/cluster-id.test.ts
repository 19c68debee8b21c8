import { expect, test } from 'vitest'
import { clusterIdOf } from './cluster-id.ts'

test('derives the id of a cluster from its folder, without a leading dash', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => clusterIdOf(`/data/${index}/kafka`))
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(clusterIdOf('/data/1/kafka')).toBe(ids[1])
})
