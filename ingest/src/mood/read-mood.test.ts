import { describe, expect, test } from 'vitest'
import type { EmoteRange } from '@chat-battle/contracts/records/chat-event'
import { message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { readMood, withMood } from './read-mood.ts'

const emote = (name: string, provider: EmoteRange['provider'] = '7tv'): EmoteRange => ({
  id: name,
  name,
  start: 0,
  end: name.length,
  provider,
})
const moodOf = (text: string, ...emotes: string[]) =>
  readMood({ message: text, emotes: emotes.map((name) => emote(name)) })

describe('by emotes', () => {
  test.each([
    ['the run is over PogChamp', 1],
    ['the worst run ever LUL', 1],
    ['what a lovely day NotLikeThis', -1],
    ['is that real Kappa', 0],
    ['great Kappa', 1],
    [':)', 1],
    ['D:', -1],
    ['❤', 1],
    ['poggers', 1],
    ['KEKWWW', 1],
    ['LUL LUL LUL BibleThump', 0],
    ['BibleThump LUL PogChamp', 1],
  ])('%s reads as %i', (text, mood) => expect(moodOf(text)).toBe(mood))

  test.each([
    ['adaSad', -1],
    ['adaHype', 1],
    ['adaPOGGERS', 1],
    ['widepeepohappy', 1],
    ['adaL', 1],
    ['adaSadHappy', 0],
  ])("the channel's emote %s reads as %i by a part of its name", (name, mood) => {
    expect(moodOf(name, name)).toBe(mood)
  })

  test('a name without a known part has no mood', () => {
    expect(moodOf('adaTable', 'adaTable')).toBeNull()
  })

  test('a word in small letters is searched for parts only if it is an emote', () => {
    expect(moodOf('xxfeelsgoodman')).toBeNull()
    expect(moodOf('xxfeelsgoodman', 'xxfeelsgoodman')).toBe(1)
  })

  test('an emote that is called like a word is not read as that word', () => {
    expect(moodOf('terrible')).toBe(-1)
    expect(moodOf('terrible', 'terrible')).toBeNull()
  })
})

describe('by words', () => {
  test.each([
    ['that was amazing', 1],
    ['this is boring', -1],
    ['that was not amazing', -1],
    ['not bad at all', 0],
    ["i don't think this is good", -1],
    ['NIIIIICE', 1],
    ['ahahahaha', 1],
    ['nooooo', -1],
    ['holy shit', 1],
    ['shut up already', -1],
    ['kill the monster', null],
    ['where is the exit', null],
    ['@terrible where is the exit', null],
    ['is this good?', 0],
    ['yes', 0],
    ['', null],
  ])('%o reads as %o', (text, mood) => expect(moodOf(text)).toBe(mood))

  test('bounds the work for a message of many tokens', () => {
    expect(moodOf(`${'x '.repeat(300)}PogChamp`)).toBeNull()
    expect(moodOf(`${'ha'.repeat(2000)} PogChamp`)).toBe(1)
  })
})

describe('ingest', () => {
  test('writes the mood on a message', () => {
    expect(withMood(message(0, { message: 'that was amazing' }))).toMatchObject({ mood: 1 })
  })

  test('reads no mood of a bot', () => {
    expect(withMood(message(0, { message: 'that was amazing', is_bot: true }))).toMatchObject({ mood: null })
  })

  test('leaves other events as they are', () => {
    expect(withMood(tick(5))).toEqual(tick(5))
  })
})
