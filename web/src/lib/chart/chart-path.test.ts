import { expect, test } from 'vitest'
import { areaPath } from './chart-path.ts'

test('leaves a hole where counts are unknown', () => {
  expect(areaPath([1, 2, null, 4, 4], 100, 10)).toBe('M0 10L0 7.5L25 5L25 10ZM75 10L75 0L100 0L100 10Z')
})
