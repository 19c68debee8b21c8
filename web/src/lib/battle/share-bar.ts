import type { Standing } from './standings.ts'

/** So that a chat without messages has a visible part. */
const leastShare = 0.005

/**
 * The shares of the messages as one CSS gradient, in the order of `places` and with gaps of 2 px. Elements of these widths would move
 * with each message, which is a layout shift.
 */
export function shareBar(places: readonly Pick<Standing, 'index' | 'share'>[]): string {
  const sizes = places.map(({ share }) => Math.max(share ?? 1 / places.length, leastShare))
  const whole = sizes.reduce((sum, size) => sum + size, 0)
  let before = 0
  const stops = places.map(({ index }, at) => {
    const start = `${(before / whole) * 100}%`
    before += sizes[at] ?? 0
    const end = `${(before / whole) * 100}%`
    const [first, last] = [`calc(${start} + 1px)`, `calc(${end} - 1px)`]
    return `transparent ${start} ${first}, var(--c${index}) ${first} ${last}, transparent ${last} ${end}`
  })
  return `linear-gradient(to right, ${stops.join(', ')})`
}
