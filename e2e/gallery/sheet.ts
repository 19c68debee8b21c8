import { writeFile } from 'node:fs/promises'
import type { Browser } from '@playwright/test'
import { webpWithin } from '../src/pictures/webp-within.ts'
import type { View } from './scene.ts'

export interface Shot {
  view: View
  scheme: string
  png: Buffer
}

/** The finest quality in which a sheet fits is taken. */
const maxBytes = 92_000
const qualities = [55, 34, 20, 12]

/** Writes all shots of a scene as one picture: the widths beside each other, dark above light. */
export async function writeSheet(
  browser: Browser,
  shots: readonly Shot[],
  file: { webp: string; png: string },
): Promise<void> {
  const rows = [...Map.groupBy(shots, ({ scheme }) => scheme).values()]
  const page = await browser.newPage({ viewport: { width: 2600, height: 200 } })
  try {
    await page.setContent(
      `<style>body{margin:0;width:max-content;background:#6b6f79;font:13px sans-serif;color:#fff}
       div{display:flex;align-items:start;gap:12px;padding:12px 12px 0}figure{margin:0}
       img{display:block;object-fit:cover;object-position:top}figcaption{padding:2px 0 8px}</style>
       ${rows.map((row) => `<div>${row.map(figureOf).join('')}</div>`).join('')}`,
    )
    const size = await page.evaluate(async () => {
      await Promise.all(Array.from(document.images, (image) => image.decode()))
      return { width: document.body.scrollWidth, height: document.body.scrollHeight }
    })
    await page.setViewportSize(size)
    await page.screenshot({ path: file.png })
    await writeFile(file.webp, await webpWithin(page, { maxBytes, qualities }))
  } finally {
    await page.close()
  }
}

function figureOf({ view: { width, shownHeight, scale }, scheme, png }: Shot): string {
  const size = `width:${Math.round(width * scale)}px;height:${Math.round(shownHeight * scale)}px`
  const picture = `<img style="${size}" src="data:image/png;base64,${png.toString('base64')}">`
  return `<figure>${picture}<figcaption>${width} px, ${scheme}</figcaption></figure>`
}
