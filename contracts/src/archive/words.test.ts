import { expect, test } from 'vitest'
import { maxEmoteWords, maxWordsPerMessage, searchWords, wordsIn } from './words.ts'

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

test('finds a message by its person, its emotes in exact case and its words', () => {
  const message = {
    username: 'seven',
    message: 'LUL so Good LUL',
    emotes: [{ name: 'LUL' }, { name: 'LUL' }],
  }
  expect(searchWords(message)).toEqual(['u:seven', 'e:LUL', 'lul', 'so', 'good'])
})

test('finds a message without a text by nothing', () => {
  expect(searchWords({ username: 'seven', message: '', emotes: [{ name: 'LUL' }] })).toEqual([])
})

test('keeps at most the stated number of words, and of emotes among them', () => {
  const names = Array.from({ length: 40 }, (_, index) => `Emote${index}`)
  const words = searchWords({
    username: 'seven',
    message: names.join(' '),
    emotes: names.map((name) => ({ name })),
  })
  expect(words).toHaveLength(maxWordsPerMessage)
  expect(words.filter((word) => word.startsWith('e:'))).toHaveLength(maxEmoteWords)
})
