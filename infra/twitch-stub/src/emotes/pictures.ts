import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import { BitWriter } from './bit-writer.ts'

export type PictureFormat = 'png' | 'gif' | 'webp'

export interface PictureOptions {
  /** Of its text follow the colour and the face. */
  seed: string
  /** Width and height, pixels. */
  size: number
  format: PictureFormat
  /** PNG has no second frame. */
  isAnimated: boolean
}

export const mediaTypes: Readonly<Record<PictureFormat, string>> = {
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
}

type Color = readonly [red: number, green: number, blue: number]
type IsInk = (x: number, y: number) => boolean

const frameMs = 400
const transparent: Color = [0, 0, 0]

/** A small face in one colour on a transparent ground: the picture of an emote that only this stand-in knows. */
export function drawPicture({ seed, size, format, isAnimated }: PictureOptions): Buffer {
  const [red = 0, green = 0, blue = 0, mouth = 0] = createHash('sha256').update(seed).digest()
  const color: Color = [64 | red, 64 | green, 64 | blue]
  const faces = (isAnimated ? [0, 1] : [0]).map((frame) => face(size, mouth + frame))
  if (format === 'png') return png(size, color, faces[0] ?? face(size, 0))
  return format === 'gif' ? gif(size, color, faces) : webp(size, color, faces)
}

function face(size: number, kind: number): IsInk {
  const middle = (size - 1) / 2
  const mouthAt = 0.25 + (kind % 3) * 0.1
  return (column, row) => {
    const [x, y] = [(column - middle) / middle, (row - middle) / middle]
    const isEye = Math.abs(Math.abs(x) - 0.35) < 0.12 && Math.abs(y + 0.25) < 0.15
    const isMouth = Math.abs(x) < 0.45 && Math.abs(y - mouthAt - (kind % 2) * 0.2 * x * x) < 0.08
    return x * x + y * y <= 1 && !isEye && !isMouth
  }
}

/** https://www.w3.org/TR/png-3/ with a palette of two colours. */
function png(size: number, color: Color, isInk: IsInk): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([1, 3, 0, 0, 0], 8)
  const rowBytes = 1 + Math.ceil(size / 8)
  const rows = Buffer.alloc(rowBytes * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * rowBytes + 1 + (x >> 3)
      if (isInk(x, y)) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7))
    }
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('PLTE', Buffer.from([...transparent, ...color])),
    pngChunk('tRNS', Buffer.from([0, 255])),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt; without compression: the code table is cleared before it grows. */
function gif(size: number, color: Color, frames: readonly IsInk[]): Buffer {
  const screen = Buffer.alloc(7)
  screen.writeUInt16LE(size, 0)
  screen.writeUInt16LE(size, 2)
  // A global table of two colours.
  screen[4] = 0x80
  const loop = Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00', 'latin1')
  const parts: Buffer[] = [Buffer.from('GIF89a', 'latin1'), screen, Buffer.from([...transparent, ...color])]
  if (frames.length > 1) parts.push(loop)
  for (const isInk of frames) parts.push(gifFrame(size, isInk))
  return Buffer.concat([...parts, Buffer.from([0x3b])])
}

function gifFrame(size: number, isInk: IsInk): Buffer {
  // Restores the ground after the frame, colour 0 is transparent.
  const control = Buffer.from([0x21, 0xf9, 4, 0x09, 0, 0, 0, 0])
  control.writeUInt16LE(frameMs / 10, 4)
  const descriptor = Buffer.alloc(10)
  descriptor[0] = 0x2c
  descriptor.writeUInt16LE(size, 5)
  descriptor.writeUInt16LE(size, 7)
  const [clear, end, codeBits] = [4, 5, 3]
  const codes = new BitWriter()
  for (let pixel = 0; pixel < size * size; pixel++) {
    if (pixel % 2 === 0) codes.write(clear, codeBits)
    codes.write(isInk(pixel % size, Math.floor(pixel / size)) ? 1 : 0, codeBits)
  }
  codes.write(end, codeBits)
  const data = codes.bytes()
  const blocks: Buffer[] = []
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255)
    blocks.push(Buffer.from([block.length]), block)
  }
  return Buffer.concat([control, descriptor, Buffer.from([codeBits - 1]), ...blocks, Buffer.from([0])])
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function webp(size: number, color: Color, frames: readonly IsInk[]): Buffer {
  const images = frames.map((isInk) => riffChunk('VP8L', lossless(size, color, isInk)))
  const [first] = images
  if (images.length === 1 && first !== undefined) return riff(first)
  const canvas = new BitWriter()
  // Flags: animation and transparency.
  canvas.write(0x12, 32)
  canvas.write(size - 1, 24)
  canvas.write(size - 1, 24)
  const animated = images.map((image) => {
    const head = new BitWriter()
    for (const value of [0, 0, size - 1, size - 1, frameMs]) head.write(value, 24)
    // Clears to the ground after the frame.
    head.write(3, 8)
    return riffChunk('ANMF', Buffer.concat([head.bytes(), image]))
  })
  return riff(
    Buffer.concat([riffChunk('VP8X', canvas.bytes()), riffChunk('ANIM', Buffer.alloc(6)), ...animated]),
  )
}

/** https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification: each channel has two values, so one bit. */
function lossless(size: number, [red, green, blue]: Color, isInk: IsInk): Buffer {
  const bits = new BitWriter()
  bits.write(0x2f, 8)
  bits.write(size - 1, 14)
  bits.write(size - 1, 14)
  bits.write(1, 1)
  // Version 0, no transform, no colour cache, no meta codes.
  bits.write(0, 3 + 1 + 1 + 1)
  for (const ink of [green, red, blue, 255]) {
    // A simple code of two symbols: 0 in one bit, the ink in eight.
    bits.write(0b011, 3)
    bits.write(0, 1)
    bits.write(ink, 8)
  }
  // Distances: a simple code of one symbol.
  bits.write(0b0001, 4)
  for (let pixel = 0; pixel < size * size; pixel++)
    bits.write(isInk(pixel % size, Math.floor(pixel / size)) ? 0b1111 : 0, 4)
  return bits.bytes()
}

function riffChunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(name, 'latin1'), length, data, Buffer.alloc(data.length % 2)])
}

function riff(chunks: Buffer): Buffer {
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), chunks]))
}
