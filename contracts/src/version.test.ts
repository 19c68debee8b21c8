import { expect, test } from 'vitest'
import { isSupportedVersion, oldestSupportedVersion, protocolHistory, protocolVersion } from './version.ts'

test('the history numbers its versions one by one', () => {
  expect(protocolHistory.map(({ version }) => version)).toEqual(protocolHistory.map((_, index) => index + 1))
})

test('supports the versions from the oldest to the current one', () => {
  const tried = [0, oldestSupportedVersion, protocolVersion, protocolVersion + 1]
  expect(tried.map(isSupportedVersion)).toEqual([false, true, true, false])
})
