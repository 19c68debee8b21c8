import { expect, test } from 'vitest'
import { retryAfter } from './retry-after.ts'

test.each([
  ['7', 7000],
  [' 7 ', 7000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 59_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('reads Retry-After %o as %o ms', (given, waitMs) => expect(retryAfter(given, 1000)).toBe(waitMs))
