import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Page } from '@playwright/test'
import { webpWithin, type Clip } from './webp-within.ts'

const maxBytes = 120_000
const qualities = [85, 70, 55, 40, 25, 10]

/** Writes a part of a page, from its visible corner, as WebP, in the finest quality that fits, and returns its size in bytes. */
export async function writePicture(page: Page, clip: Clip, file: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true })
  const scrolled = await page.evaluate(() => window.scrollY)
  const picture = await webpWithin(page, { maxBytes, qualities, clip: { ...clip, y: clip.y + scrolled } })
  if (picture.length > maxBytes) throw new Error(`${file} does not fit into ${maxBytes} bytes`)
  await writeFile(file, picture)
  return picture.length
}
