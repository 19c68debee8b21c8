import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Page } from '@playwright/test'

/** A part of the page, in CSS pixels from its visible corner. */
export interface Clip {
  x: number
  y: number
  width: number
  height: number
}

const maxBytes = 120_000
const qualities = [85, 70, 55, 40, 25, 10]

/** Writes a part of a page as WebP, in the finest quality that fits, and returns its size in bytes. */
export async function writePicture(page: Page, clip: Clip, file: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  const scrolled = await page.evaluate(() => window.scrollY)
  const devtools = await page.context().newCDPSession(page)
  for (const quality of qualities) {
    const { data } = await devtools.send('Page.captureScreenshot', {
      format: 'webp',
      quality,
      clip: { ...clip, y: clip.y + scrolled, scale: 1 },
    })
    const picture = Buffer.from(data, 'base64')
    if (picture.length > maxBytes) continue
    await writeFile(file, picture)
    return picture.length
  }
  throw new Error(`${file} does not fit into ${maxBytes} bytes`)
}
