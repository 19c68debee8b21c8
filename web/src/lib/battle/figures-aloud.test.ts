import { describe, expect, test } from 'vitest'
import { Formats } from '../i18n/formats.ts'
import { aloudMessages } from './aloud-messages.ts'
import { figuresSentence } from './figures-aloud.ts'
import { leaderOf, standingsOf, type Entrant } from './standings.ts'

const formats = new Formats('en', () => 'UTC')
const entrant = (login: string, pace: number | null, messages = 0): Entrant => ({
  login,
  pace,
  messages,
  chatters: 3,
  viewers: null,
})
const aloud = (entrants: Entrant[]) =>
  figuresSentence(standingsOf(entrants, 'messages'), aloudMessages.en, formats)

describe('figures aloud', () => {
  test('names each chat with its place and figures, first to last', () => {
    expect(aloud([entrant('slow', 12, 40), entrant('fast', 1200, 5000), entrant('new', null)])).toBe(
      '1. fast: 1,200 per minute, 5,000 messages, 3 chatters. 2. slow: 12 per minute, 40 messages, 3 chatters. new: no figures yet.',
    )
  })

  test('gives a single chat no place', () => {
    expect(aloud([entrant('one', 12, 40)])).toBe('one: 12 per minute, 40 messages, 3 chatters.')
  })
})

describe('leader', () => {
  const leader = (...paces: (number | null)[]) =>
    leaderOf(
      standingsOf(
        paces.map((pace, index) => entrant(`c${index}`, pace)),
        'messages',
      ),
    )?.login

  test('is the chat that is faster than every other', () => expect(leader(1, 5, null)).toBe('c1'))
  test('is missing where two are equally fast', () => expect(leader(5, 5)).toBeUndefined())
  test('is missing where all are silent', () => expect(leader(0, null)).toBeUndefined())
  test('is missing without another chat', () => expect(leader(5)).toBeUndefined())
})
