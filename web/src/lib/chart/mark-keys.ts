/** The place of the mark that a key leads to, from `place` among `count`; undefined: the key has no meaning there. */
export function markReachedBy(key: string, place: number, count: number): number | undefined {
  if (place < 0 || count === 0) return undefined
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, place - 1)
    case 'ArrowRight':
      return Math.min(count - 1, place + 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
