import { expect, test } from 'vitest'
import { rangeAddress, readRange } from './range-address.ts'

const read = (query: string) => readRange(new URLSearchParams(query))

test('reads the range that it writes', () => {
  const range = { from: 1_700_000_000_000, to: 1_700_000_060_000 }
  const address = rangeAddress('arena', range)
  expect(address).toBe('/channel/arena/range?from=1700000000000&to=1700000060000')
  expect(readRange(new URL(address, 'http://page').searchParams)).toEqual(range)
})

test.each([
  '',
  'from=5',
  'to=5',
  'from=5&to=5',
  'from=6&to=5',
  'from=-1&to=5',
  'from=1e3&to=5000',
  'from=0&to=9999999999999999',
  `from=0&to=${91 * 24 * 3_600_000}`,
])('has no range in %s', (query) => {
  expect(read(query)).toBeUndefined()
})
