import { expect, test } from 'vitest'
import { isOnAir, policyOf } from './framing.ts'

const policy = "default-src 'none'; frame-ancestors 'none'"

test('lets its own origin frame an overlay, and nothing else', () => {
  expect(policyOf('/overlay/[channels]', policy)).toBe("default-src 'none'; frame-ancestors 'self'")
  for (const route of ['/(app)/overlay', '/(app)', '/(app)/vote'])
    expect(policyOf(route, policy)).toBe(`${policy}; frame-src 'self'`)
  expect(policyOf(null, policy)).toBe(policy)
  expect(['/overlay/[channels]', '/(app)/overlay', null].map(isOnAir)).toEqual([true, false, false])
})
