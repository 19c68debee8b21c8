/**
 * The number of distinct ids that a HyperLogLog counted, from how many of its registers have each rank. As in Otmar Ertl, "New
 * cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6, which needs no table of corrections and is
 * unbiased over the whole range.
 */
export function estimateDistinct(withRank: Uint32Array, registerCount: number): number {
  const maxRank = withRank.length - 1
  let z = registerCount * tau(1 - (withRank[maxRank] ?? 0) / registerCount)
  for (let rank = maxRank - 1; rank >= 1; rank--) z = 0.5 * (z + (withRank[rank] ?? 0))
  z += registerCount * sigma((withRank[0] ?? 0) / registerCount)
  return Math.round(registerCount ** 2 / (2 * Math.LN2) / z)
}

function sigma(x: number): number {
  if (x === 1) return Infinity
  let y = 1
  let z = x
  for (let before = NaN; z !== before;) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (let before = NaN; z !== before;) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}
