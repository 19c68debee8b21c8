import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url))
/** What a browser needs to offer that the page is installed as an app. */
const manifest = z
  .strictObject({
    id: z.literal('/'),
    name: z.string().min(1).max(45),
    short_name: z.string().min(1).max(12),
    description: z.string(),
    start_url: z.literal('/'),
    scope: z.literal('/'),
    display: z.literal('standalone'),
    background_color: z.string(),
    theme_color: z.string(),
    icons: z.array(
      z.strictObject({
        src: z.string().startsWith('/'),
        sizes: z.string(),
        type: z.string(),
        purpose: z.enum(['any', 'maskable']),
      }),
    ),
  })
  .parse(JSON.parse(read('static/manifest.webmanifest').toString()))

/** Width and height in a PNG's header (PNG 11.2.2). */
function sizeOf(png: Buffer): string {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`
}

test('every icon has the size that the manifest says', () => {
  const pictures = manifest.icons.filter(({ type }) => type === 'image/png')
  for (const { src, sizes } of pictures) expect(sizeOf(read(`static${src}`)), src).toBe(sizes)
  expect(pictures.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
    '192x192 any',
    '512x512 any',
    '512x512 maskable',
  ])
  expect(sizeOf(read('static/icons/apple-touch-180.png'))).toBe('180x180')
})

test('the app has the ground of the page', () => {
  const grounds = [
    ...read('src/styles/tokens.css')
      .toString()
      .matchAll(/--ground: (#\w+)/g),
  ].map(([, color]) => color)
  const themes = [
    ...read('src/app.html')
      .toString()
      .matchAll(/theme-color" content="(#\w+)"/g),
  ]
  expect(grounds).toHaveLength(2)
  expect(themes.map(([, color]) => color)).toEqual(grounds)
  expect([manifest.background_color, manifest.theme_color]).toEqual([grounds[0], grounds[0]])
})
