import { expect, test } from 'vitest'
import { drawPicture } from '@chat-battle/twitch-stub/emotes/pictures'
import { pictureTypeOf } from './picture-type.ts'

test.each(['png', 'gif', 'webp'] as const)('knows %s, also where it moves', (format) => {
  for (const isAnimated of [false, true]) {
    expect(pictureTypeOf(drawPicture({ seed: 'x', size: 28, format, isAnimated }))).toBe(`image/${format}`)
  }
})

test.each([
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['\0\0\0\x20ftypavif', 'image/avif'],
  ['\0\0\0\x20ftypavis', 'image/avif'],
  ['\0\0\0\x20ftypmp42', undefined],
  ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['<!doctype html>', undefined],
  ['RIFF\0\0\0\0WAVE', undefined],
  ['', undefined],
])('takes %j for %s', (text, type) => {
  expect(pictureTypeOf(Buffer.from(text, 'latin1'))).toBe(type)
})
