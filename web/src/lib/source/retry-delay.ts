const firstMs = 2000
const longestMs = 60_000

/**
 * How long to wait before the next attempt, in ms, after `failures` that followed each other: twice as long each time, up to a
 * minute. Half of it is chance, so that the pages that were refused together do not come back together.
 */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return most * (0.5 + random() / 2)
}
