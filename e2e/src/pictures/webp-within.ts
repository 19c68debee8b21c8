import type { Page } from '@playwright/test'

/** A part of the page, in CSS pixels from the page's corner. */
export interface Clip {
  x: number
  y: number
  width: number
  height: number
}

/** A screenshot as WebP, by default of the viewport: in the first quality that fits into `maxBytes`, else in the last one. */
export async function webpWithin(
  page: Page,
  { maxBytes, qualities, clip }: { maxBytes: number; qualities: readonly number[]; clip?: Clip },
): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page)
  const part = clip === undefined ? {} : { clip: { ...clip, scale: 1 } }
  let picture = Buffer.alloc(0)
  for (const quality of qualities) {
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality, ...part })
    picture = Buffer.from(data, 'base64')
    if (picture.length <= maxBytes) break
  }
  return picture
}
