import { readFile, writeFile } from 'node:fs/promises'
import { createCanvas, loadImage } from '@napi-rs/canvas'

/** Draws the icons of the installed app from `static/favicon.svg`: `pnpm --filter @chat-battle/web icons`. */
const ground = '#15161c'
const icons = [
  { name: 'icon-192', size: 192, share: 1, hasGround: false },
  { name: 'icon-512', size: 512, share: 1, hasGround: false },
  // A platform cuts a maskable icon to its own shape: the inner 80 % stay.
  { name: 'maskable-512', size: 512, share: 0.75, hasGround: true },
  { name: 'apple-touch-180', size: 180, share: 0.9, hasGround: true },
]

const folder = new URL('./static/', import.meta.url)
const svg = await readFile(new URL('favicon.svg', folder), 'utf8')
for (const { name, size, share, hasGround } of icons) {
  const side = Math.round(size * share)
  const image = await loadImage(Buffer.from(svg.replace('<svg ', `<svg width="${side}" height="${side}" `)))
  const canvas = createCanvas(size, size)
  const context = canvas.getContext('2d')
  if (hasGround) {
    context.fillStyle = ground
    context.fillRect(0, 0, size, size)
  }
  const inset = (size - side) / 2
  context.drawImage(image, inset, inset, side, side)
  await writeFile(new URL(`icons/${name}.png`, folder), await canvas.encode('png'))
}
