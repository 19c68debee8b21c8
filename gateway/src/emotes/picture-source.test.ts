import { expect, test } from 'vitest'
import { EmoteSets } from './emote-sets.ts'
import { emoteFixture, setFixture } from './emote-sets.fixture.ts'
import { pictureSourceOf, type PictureRef } from './picture-source.ts'

const sets = new EmoteSets()
const emotes = [
  emoteFixture({ id: 'still' }),
  emoteFixture({ id: 'moves', is_animated: true }),
  emoteFixture({ id: 'onlymoves', is_animated: true, still_files: {} }),
  emoteFixture({ id: 'nofiles', files: {} }),
]
for (const record of setFixture(emotes)) sets.apply(record, 1)

function pathOf(id: string, given: Partial<PictureRef> = {}): string | undefined {
  return pictureSourceOf({ provider: '7tv', id, size: '1x', isStill: false, ...given }, sets)?.path
}

test.each([
  ['1x', '/emote/still/1x.webp'],
  ['2x', '/emote/still/2x.webp'],
  ['3x', '/emote/still/4x.webp'],
  ['4x', '/emote/still/4x.webp'],
] as const)('takes for %s the file of that size or the next larger one', (size, path) => {
  expect(pathOf('still', { size })).toBe(path)
})

test('takes the largest file where none is as large', () => {
  expect(pathOf('moves', { size: '4x', isStill: true })).toBe('/emote/moves/2x_static.webp')
})

test('takes a picture that does not move where there is one', () => {
  expect(pathOf('moves')).toBe('/emote/moves/1x.webp')
  expect(pathOf('moves', { isStill: true })).toBe('/emote/moves/1x_static.webp')
  expect(pathOf('onlymoves', { isStill: true })).toBe('/emote/onlymoves/1x.webp')
  expect(pathOf('still', { isStill: true })).toBe('/emote/still/1x.webp')
})

test('has no source for an emote without files, or of no set', () => {
  expect(pathOf('nofiles')).toBeUndefined()
  expect(pathOf('unknown')).toBeUndefined()
  expect(pathOf('still', { provider: 'bttv' })).toBeUndefined()
})

test('follows the template of Twitch for its ids only', () => {
  const given = { provider: 'twitch' } as const
  expect(pathOf('25', given)).toBe('/emoticons/v2/25/default/dark/1.0')
  expect(pathOf('25', { ...given, size: '4x', isStill: true })).toBe('/emoticons/v2/25/static/dark/3.0')
  expect(pathOf('still', given)).toBeUndefined()
})
