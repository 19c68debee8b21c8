import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EmoteRange } from '@chat-battle/contracts/records/chat-event'
import { matchEmotes, maxEmotesOfMessage, type EmotesByName, type NamedEmote } from './match-emotes.ts'

function table(provider: NamedEmote['provider'], ...names: string[]): EmotesByName {
  return new Map(names.map((name) => [name, { id: `${provider}-${name}`, name, provider }]))
}

const twitch = (start: number, end: number, name = 'Kappa'): EmoteRange => ({
  id: '25',
  name,
  start,
  end,
  provider: 'twitch',
})

/** As `name@start-end`. */
function matched(text: string, tables: EmotesByName[], given: { twitch?: EmoteRange[]; bits?: number } = {}) {
  return matchEmotes({ text, twitch: [], bits: 0, ...given }, tables).map(
    ({ id, start, end }) => `${id}@${start}-${end}`,
  )
}

const sevenTv = table('7tv', 'WaveDuck', '+1', '!vote', ':)))', '(7TV)', 'Pog100')

test('says of an emote that it lies over the one before it', () => {
  const overlay = { id: 'h', name: 'Hat', provider: '7tv', is_zero_width: true } as const
  const tables = [new Map([['Hat', overlay]]), sevenTv]
  expect(matchEmotes({ text: 'WaveDuck Hat', twitch: [], bits: 0 }, tables)).toEqual([
    { id: '7tv-WaveDuck', name: 'WaveDuck', provider: '7tv', start: 0, end: 8 },
    { ...overlay, start: 9, end: 12 },
  ])
})

describe('a word', () => {
  test.each([
    ['alone', 'WaveDuck', ['7tv-WaveDuck@0-8']],
    ['between others', 'oh WaveDuck no', ['7tv-WaveDuck@3-11']],
    ['twice', 'WaveDuck WaveDuck', ['7tv-WaveDuck@0-8', '7tv-WaveDuck@9-17']],
    ['with blanks around it', '  WaveDuck  ', ['7tv-WaveDuck@2-10']],
    [
      'that looks like a command',
      '!vote +1 :))) (7TV)',
      ['7tv-!vote@0-5', '7tv-+1@6-8', '7tv-:)))@9-13', '7tv-(7TV)@14-19'],
    ],
    ['in another case', 'waveduck WAVEDUCK', []],
    ['with punctuation at it', 'WaveDuck, (WaveDuck) "WaveDuck"', []],
    ['after another white space', 'oh\u00a0WaveDuck\tWaveDuck\u3000WaveDuck', []],
    ['after astral characters', '🎈🎈 WaveDuck 🎈', ['7tv-WaveDuck@3-11']],
    ['named like what objects have', 'constructor __proto__ toString', []],
    ['in an empty text', '', []],
  ])('%s', (_, text, expected) => {
    expect(matched(text, [sevenTv])).toEqual(expected)
  })

  test('has positions in code points, also when the name is astral', () => {
    expect(matched('🎈 🦆🦆 🦆🦆', [table('bttv', '🦆🦆')])).toEqual(['bttv-🦆🦆@2-4', 'bttv-🦆🦆@5-7'])
  })

  test('is the emote of the first table that has it', () => {
    const tables = [table('ffz', 'a'), table('bttv', 'a', 'b'), table('7tv', 'a', 'b', 'c')]
    expect(matched('a b c', tables)).toEqual(['ffz-a@0-1', 'bttv-b@2-3', '7tv-c@4-5'])
  })

  test('is nothing where a table of higher precedence has it as a modifier', () => {
    expect(matched('w! WaveDuck', [new Map([['w!', null]]), table('7tv', 'w!'), sevenTv])).toEqual([
      '7tv-WaveDuck@3-11',
    ])
  })

  test('is a cheermote where bits were cheered', () => {
    expect(matched('Pog100 WaveDuck', [sevenTv], { bits: 100 })).toEqual(['7tv-WaveDuck@7-15'])
    expect(matched('Pog100', [sevenTv])).toEqual(['7tv-Pog100@0-6'])
    expect(matched('+1', [sevenTv], { bits: 1 })).toEqual(['7tv-+1@0-2'])
  })
})

describe("beside Twitch's emotes", () => {
  test('a word is matched only outside of them', () => {
    const tables = [table('7tv', 'Kappa', 'x')]
    expect(matched('x Kappa x', tables, { twitch: [twitch(2, 7)] })).toEqual([
      '7tv-x@0-1',
      '25@2-7',
      '7tv-x@8-9',
    ])
  })

  test('the rests of their word are words', () => {
    expect(matched('aKappab', [table('7tv', 'a', 'b')], { twitch: [twitch(1, 6)] })).toEqual([
      '7tv-a@0-1',
      '25@1-6',
      '7tv-b@6-7',
    ])
  })

  test('positions count code points', () => {
    const text = '🎈 Kappa 🎈 x'
    expect(matched(text, [table('7tv', 'x')], { twitch: [twitch(2, 7)] })).toEqual(['25@2-7', '7tv-x@10-11'])
  })

  test('overlapping ones are kept as Twitch sends them', () => {
    const ranges = [twitch(0, 5), twitch(3, 7)]
    expect(matched('KappaXX x', [table('7tv', 'x')], { twitch: ranges })).toEqual([
      '25@0-5',
      '25@3-7',
      '7tv-x@8-9',
    ])
  })
})

test('a message has at most as many emotes as its record may have', () => {
  const text = 'x '.repeat(maxEmotesOfMessage + 1)
  expect(matched(text, [table('7tv', 'x')])).toHaveLength(maxEmotesOfMessage)
  const last = twitch(text.length - 2, text.length - 1, 'x')
  const found = matched(text, [table('7tv', 'x')], { twitch: [last] })
  expect(found).toHaveLength(maxEmotesOfMessage)
  expect(found.at(-1)).toBe('25@2048-2049')
})

test('finds the same as counting words one by one', () => {
  const word = fc.constantFrom('a', 'b', '🦆', 'no', '', '🎈x', 'A')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const tables = [table('ffz', 'a'), table('7tv', 'a', 'b', '🦆')]
      const expected: string[] = []
      let at = 0
      for (const each of words) {
        const points = [...each].length
        const provider = each === 'a' ? 'ffz' : '7tv'
        if (['a', 'b', '🦆'].includes(each)) expected.push(`${provider}-${each}@${at}-${at + points}`)
        at += points + 1
      }
      expect(matched(words.join(' '), tables)).toEqual(expected)
    }),
  )
})
