import { expect, test } from 'vitest'
import { areaPath, linePath } from './chart-path.ts'

const xs = [0, 0.25, 0.5, 0.75, 1]
const box = { width: 100, height: 10, max: 4 }

test('leaves a hole where values are unknown', () => {
  const values = [1, 2, null, 4, 4]
  expect(linePath(xs, values, box)).toBe('M0 7.5L25 5M75 0L100 0')
  expect(areaPath(xs, values, box)).toBe('M0 10L0 7.5L25 5L25 10ZM75 10L75 0L100 0L100 10Z')
})

test('shows a lone value as a dot', () => {
  expect(linePath(xs, [null, 2, null, null, null], box)).toBe('M25 5h0.1')
})
