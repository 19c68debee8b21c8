import type { Page } from '@playwright/test'

/** JavaScript's heap of a page after a collection, MB. */
export async function heapMbOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1e6
}

/** The slope of the straight line through samples that were taken at equal intervals, per interval. */
export function slopeOf(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2
  const weights = samples.map((_, index) => index - middle)
  const spread = weights.reduce((sum, weight) => sum + weight ** 2, 0)
  return samples.reduce((sum, sample, index) => sum + sample * (weights[index] ?? 0), 0) / spread
}
