import { expect, test } from 'vitest'
import { emptyStats } from '../records/empty-stats.ts'
import { decodeAck, decodeEvent } from './decode.ts'

const stats = emptyStats('900', 'arena', 0)

function received(payload: unknown) {
  const seen: unknown[] = []
  const errors: Error[] = []
  decodeEvent(
    'stats',
    (frame) => seen.push(frame),
    (reason) => errors.push(reason),
  )(payload)
  return { seen, errors: errors.length }
}

test('passes on what the schema of the event accepts', () => {
  expect(received(stats)).toEqual({ seen: [stats], errors: 0 })
})

test('ignores fields that it does not know', () => {
  expect(received({ ...stats, added_later: 1 })).toEqual({ seen: [stats], errors: 0 })
})

test.each([undefined, null, 'text', {}, { ...stats, message_count: -1 }, { ...stats, series: null }])(
  'reports %o as undecodable',
  (payload) => {
    expect(received(payload)).toEqual({ seen: [], errors: 1 })
  },
)

test('decodes acknowledgements only', () => {
  const refusal = { ok: false, error: { kind: 'rate_limited', message: 'slow down' } }
  expect(decodeAck(refusal)).toEqual(refusal)
  expect(decodeAck({ ok: true })).toBeUndefined()
})
