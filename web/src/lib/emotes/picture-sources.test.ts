import { expect, test } from 'vitest'
import { pictureSources } from './picture-sources.ts'

const emote = { id: 'a b', name: 'Wave', provider: '7tv' } as const

test('offers a picture per density of the screen, each at least as large as it is shown', () => {
  expect(pictureSources(emote, 28, false)).toEqual({
    src: '/emotes/7tv/a%20b/1x',
    srcset: '/emotes/7tv/a%20b/1x 1x, /emotes/7tv/a%20b/2x 2x, /emotes/7tv/a%20b/3x 3x',
  })
  expect(pictureSources(emote, 20, false).srcset).toBe(
    '/emotes/7tv/a%20b/1x 1x, /emotes/7tv/a%20b/2x 2x, /emotes/7tv/a%20b/3x 3x',
  )
  expect(pictureSources(emote, 56, false).srcset).toBe(
    '/emotes/7tv/a%20b/2x 1x, /emotes/7tv/a%20b/4x 2x, /emotes/7tv/a%20b/4x 3x',
  )
})

test('has the picture of a density as its source', () => {
  const sources = [1, 1.25, 2, 3, 4].map((density) => pictureSources(emote, 28, false, density).src)
  expect(sources.map((src) => src.at(-2))).toEqual(['1', '2', '2', '3', '3'])
})

test('offers pictures that do not move', () => {
  expect(pictureSources(emote, 28, true)).toEqual({
    src: '/emotes/7tv/a%20b/1x?static=1',
    srcset:
      '/emotes/7tv/a%20b/1x?static=1 1x, /emotes/7tv/a%20b/2x?static=1 2x, /emotes/7tv/a%20b/3x?static=1 3x',
  })
})
