import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import font from '@fontsource/barlow-condensed/files/barlow-condensed-latin-600-normal.woff2?inline'
import type { PictureColors } from './picture-colors.ts'
import type { PictureContent } from './picture-content.ts'

/** As other sites show pictures of links. */
export const pictureWidth = 1200
export const pictureHeight = 630

const left = 48
const right = pictureWidth - left
const rowPx = 58
const headlineSizes = [68, 56, 44]
const headlineLines = 2
const family = 'Figures'

GlobalFonts.register(Buffer.from(font.slice(font.indexOf(',') + 1), 'base64'), family)

interface Drawing {
  context: SKRSContext2D
  colors: PictureColors
}

/** A PNG of a battle. */
export async function drawPicture(content: PictureContent, colors: PictureColors): Promise<Buffer> {
  const canvas = createCanvas(pictureWidth, pictureHeight)
  const context = canvas.getContext('2d')
  const drawing = { context, colors }
  context.fillStyle = colors.ground
  context.fillRect(0, 0, pictureWidth, pictureHeight)
  write(context, 'Chat Battle', left, 70, 36, colors.text)
  write(context, content.caption, right, 70, 30, colors.muted, 'right')
  let y = drawHeadline(drawing, content.headline, 150)
  write(context, content.note, left, y + 8, 28, colors.muted)
  y += content.note === '' ? 8 : 36
  if (content.rows.length > 1) {
    drawBar(drawing, content.rows, y)
    y += 34
  }
  y = drawRows(drawing, content, y)
  drawCurves(drawing, content.curves, y + 24, pictureHeight - 36)
  return canvas.encode('png')
}

/** Returns the y below it. */
function drawHeadline({ context, colors }: Drawing, headline: string, y: number): number {
  const fits = headlineSizes.find((size) => linesOf(context, headline, size).length <= headlineLines)
  const size = fits ?? headlineSizes.at(-1) ?? 44
  const lines = linesOf(context, headline, size).slice(0, headlineLines)
  lines.forEach((line, index) => write(context, line, left, y + index * size * 1.05, size, colors.text))
  return y + (lines.length - 1) * size * 1.05 + 36
}

function linesOf(context: SKRSContext2D, text: string, size: number): string[] {
  context.font = `${size}px ${family}`
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && context.measureText(longer).width <= right - left)
      lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** The shares of the messages, in the order of the colours. */
function drawBar({ context, colors }: Drawing, rows: PictureContent['rows'], y: number): void {
  let x = left
  for (const { place, share } of rows.toSorted((a, b) => a.place - b.place)) {
    const width = (right - left) * (share ?? 1 / rows.length)
    context.fillStyle = colorOf(colors, place)
    context.fillRect(x, y, width, 14)
    x += width
  }
}

/** Returns the y below them. */
function drawRows({ context, colors }: Drawing, { rows, unit }: PictureContent, y: number): number {
  rows.forEach(({ login, place, shareText, pace }, index) => {
    const top = y + index * rowPx
    const base = top + 42
    context.fillStyle = colorOf(colors, place)
    context.fillRect(left, top + 12, 8, 36)
    write(context, login, left + 26, base, 40, colors.text)
    write(context, shareText, 760, base, 40, colors.muted, 'right')
    write(context, pace, 980, base, 48, index === 0 ? colorOf(colors, place) : colors.text, 'right')
    write(context, unit, 996, base, 26, colors.muted)
    context.fillStyle = colors.edge
    context.fillRect(left, top + rowPx - 1, right - left, 1)
  })
  return y + rows.length * rowPx
}

function drawCurves(
  { context, colors }: Drawing,
  curves: PictureContent['curves'],
  top: number,
  bottom: number,
): void {
  const most = Math.max(1e-9, ...curves.flatMap((values) => values.map((value) => value ?? 0)))
  curves.forEach((values, place) => {
    context.strokeStyle = colorOf(colors, place)
    context.lineWidth = 4
    context.lineJoin = 'round'
    context.beginPath()
    let isOpen = false
    values.forEach((value, step) => {
      const x = left + ((right - left) * step) / Math.max(1, values.length - 1)
      if (value === null) isOpen = false
      else {
        const y = bottom - ((bottom - top) * value) / most
        if (isOpen) context.lineTo(x, y)
        else context.moveTo(x, y)
        isOpen = true
      }
    })
    context.stroke()
  })
}

function write(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  size: number,
  color: string,
  align: 'left' | 'right' = 'left',
): void {
  context.font = `${size}px ${family}`
  context.fillStyle = color
  context.textAlign = align
  context.fillText(text, x, y)
}

function colorOf(colors: PictureColors, place: number): string {
  return colors.channels[place] ?? colors.text
}
