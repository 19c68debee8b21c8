import { expect, test } from 'vitest'
import { halfSipHash, hashChannel, hashDistinct, hashEvent, hashPerson } from './id-hash.ts'

function hex({ low, high }: { low: number; high: number }): string {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(low)
  bytes.writeInt32LE(high, 4)
  return bytes.toString('hex')
}

// From `vectors_hsip64` of github.com/veorq/SipHash: the key is the bytes 0 to 7, input n the bytes 0 to n - 1.
test.each([
  [0, '218d1f59b9b83cc8'],
  [1, 'be552412f8387315'],
  [2, '064f39ef7c50eb57'],
  [3, 'ce0f1a45f7060679'],
  [4, 'd5e78a175be52ea1'],
  [7, 'ff202728b07bc684'],
  [8, 'edfee820bce4858c'],
  [13, '5a2352d75a0c3744'],
])('is the published HalfSipHash-2-4 of %i bytes', (length, expected) => {
  const input = String.fromCharCode(...Array.from({ length }, (_, index) => index))
  expect(hex(halfSipHash(input, [0x03020100, 0x07060504]))).toBe(expected)
})

test('hashes text beyond ASCII, also where its UTF-16 units are equal in their low bytes', () => {
  const ids = ['é', 'Ãé', 'Ã©', '\u0141', 'A', '日本', '🎈', 'a🎈']
  expect(new Set(ids.map((id) => hex(hashEvent(id)))).size).toBe(ids.length)
})

test.each(['é', 'éabcdefg', 'abcdefgé', 'abcdeéfgh', 'a🎈bcd'])('hashes %s as its UTF-8', (id) => {
  const bytes = Buffer.from(id).toString('latin1')
  expect(hashEvent(id)).toEqual(halfSipHash(bytes, [0x2c1b_83d1, 0x5fae_0b67], true))
})

test('hashes the same id differently for each purpose', () => {
  const hashes = [hashEvent, hashPerson, hashChannel, hashDistinct].map((hash) => hex(hash('12345')))
  expect(new Set(hashes).size).toBe(4)
})

test('spreads consecutive ids evenly over either half', () => {
  const buckets = 64
  const total = 64_000
  for (const half of ['low', 'high'] as const) {
    const counts = new Array<number>(buckets).fill(0)
    for (let id = 0; id < total; id++) {
      const bucket = hashPerson(String(id))[half] & (buckets - 1)
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    const expected = total / buckets
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // The 99.99th percentile with 63 degrees of freedom.
    expect(chiSquare).toBeLessThan(113)
  }
})
