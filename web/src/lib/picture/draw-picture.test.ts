import { readFileSync } from 'node:fs'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect, test } from 'vitest'
import { drawPicture, pictureHeight, pictureWidth } from './draw-picture.ts'
import { pictureColors } from './picture-colors.ts'
import type { PictureContent } from './picture-content.ts'

const colors = pictureColors(readFileSync(new URL('../../styles/tokens.css', import.meta.url), 'utf8'))
const [violet = '', yellow = ''] = colors.channels
const row = (login: string, place: number, share: number) => ({
  login,
  place,
  share,
  shareText: '',
  pace: '1',
})
const content: PictureContent = {
  headline: 'a led',
  note: '',
  caption: '',
  unit: 'per minute',
  rows: [row('b', 1, 0.75), row('a', 0, 0.25)],
  curves: [],
}

/** The share of the picture's pixels of a row of pixels that has a colour. */
async function widthOf(png: Buffer, y: number, color: string): Promise<number> {
  const context = createCanvas(pictureWidth, pictureHeight).getContext('2d')
  context.drawImage(await loadImage(png), 0, 0)
  const { data } = context.getImageData(0, y, pictureWidth, 1)
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  let pixels = 0
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) pixels++
  return pixels
}

test('draws a PNG of the size that other sites show, with the shares in the colours of the channels', async () => {
  const png = await drawPicture(content, colors)
  const image = await loadImage(png)
  expect([image.width, image.height]).toEqual([1200, 630])
  // The bar is below the headline.
  expect([await widthOf(png, 200, violet), await widthOf(png, 200, yellow)]).toEqual([276, 828])
})

test('keeps a long headline and four rows within the picture', async () => {
  const rows = [0, 1, 2, 3].map((place) => row('a_channel_of_25_character', place, 0.25))
  const headline = `${new Array(4).fill('a_channel_of_25_character').join(', ')} led 2 of the last 10 minutes each.`
  const png = await drawPicture({ ...content, headline, rows, note: 'note', curves: [[1, null, 2]] }, colors)
  expect(await widthOf(png, pictureHeight - 1, colors.ground)).toBe(pictureWidth)
})
