import { expect, test } from 'vitest'
import { wordsIn } from './words.ts'

test.each([
  ['Hello, WORLD! hello', ['hello', 'world']],
  ['ｆｕｌｌ ｗｉｄｔｈ ﬁne', ['full', 'width', 'fine']],
  ['İstanbul ÇAĞRI naïve', ['i̇stanbul', 'çağri', 'naïve']],
  ["don't don’t 'quoted'", ["don't", 'quoted']],
  ['@pixel_parade gg2', ['pixel_parade', 'gg2']],
  ['こんにちは 世界', ['こんにちは', '世界']],
  ['😀 !!! ???', []],
  [`${'a'.repeat(64)} ${'b'.repeat(65)}`, ['a'.repeat(64)]],
  ['e:LUL', ['e', 'lul']],
])('finds the words of %s', (text, words) => {
  expect(wordsIn(text)).toEqual(words)
})
