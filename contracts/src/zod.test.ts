import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllGlobals())

test('decodes in a page without compiling code, which its CSP forbids', async () => {
  const compiled = vi.fn()
  vi.stubGlobal('document', {})
  vi.stubGlobal('Function', compiled)
  const { decodeAck } = await import('./live/decode.ts')
  const refusal = { ok: false, error: { kind: 'rate_limited', message: 'slow down' } }
  expect(decodeAck(refusal)).toEqual(refusal)
  expect(compiled).not.toHaveBeenCalled()
})
