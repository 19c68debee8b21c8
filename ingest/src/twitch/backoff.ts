/** Exponential backoff with full jitter: a random wait below a limit that doubles with each attempt, in ms. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const limitMs = Math.min(30_000, 250 * 2 ** Math.min(attempt, 10))
  return Math.floor(random() * limitMs)
}
