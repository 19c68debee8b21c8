const firstMs = 2000
const longestMs = 60_000

/**
 * Wait before the next attempt, in ms, after consecutive `failures`: doubles each time, up to a minute. Half of it is random,
 * so that pages that were refused together do not return together.
 */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return most * (0.5 + random() / 2)
}
