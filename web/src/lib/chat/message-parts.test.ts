import { expect, test } from 'vitest'
import type { EmoteRange } from '@chat-battle/contracts/records/chat-event'
import { partsOf } from './message-parts.ts'

const emote = (name: string, start: number, end: number): EmoteRange => ({
  id: '25',
  name,
  start,
  end,
  provider: 'twitch',
})
const read = (message: string, emotes: EmoteRange[] = []) =>
  partsOf({ message, emotes }).map((part) => `${part.kind}:${part.text}`)
const links = (message: string) =>
  partsOf({ message, emotes: [] }).flatMap((part) => (part.kind === 'link' ? part.href : []))

test('finds emotes by code points', () => {
  expect(read('🎈 Kappa hi 🎈Kappa', [emote('Kappa', 12, 17), emote('Kappa', 2, 7)])).toEqual([
    'text:🎈 ',
    'emote:Kappa',
    'text: hi 🎈',
    'emote:Kappa',
  ])
})

test('ignores emotes outside the text or inside another', () => {
  expect(
    read('Kappa', [emote('Kappa', 0, 5), emote('app', 1, 4), emote('x', 4, 9), emote('y', 3, 3)]),
  ).toEqual(['emote:Kappa'])
})

test('lays zero-width emotes over the one before, and only over that', () => {
  const over = (name: string, start: number, end: number): EmoteRange => ({
    ...emote(name, start, end),
    is_zero_width: true,
  })
  const [first, second, third] = partsOf({
    message: 'cat hat sun and hat',
    emotes: [emote('cat', 0, 3), over('hat', 4, 7), over('sun', 8, 11), over('hat', 16, 19)],
  })
  expect(first).toMatchObject({ text: 'cat', over: [{ name: 'hat' }, { name: 'sun' }] })
  expect(second).toEqual({ kind: 'text', text: ' and ' })
  expect(third).toMatchObject({ text: 'hat', over: [] })
})

test('finds links and leaves the punctuation around them', () => {
  expect(read('see https://example.com/a_(b), (http://x.org/y) or twitch.tv/some.')).toEqual([
    'text:see ',
    'link:https://example.com/a_(b)',
    'text:, (',
    'link:http://x.org/y',
    'text:) or ',
    'link:twitch.tv/some',
    'text:.',
  ])
  expect(links('clips.twitch.tv/Abc YOUTU.BE/x example.co.uk')).toEqual([
    'https://clips.twitch.tv/Abc',
    'https://youtu.be/x',
    'https://example.co.uk/',
  ])
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://twitch.tv@evil.com/',
  'https://',
  'http://[',
  'me@example.com',
  'wait.what is this... lol.comedy',
  '3.14 v1.2.3 e.g. u.s.',
])('makes no link of %s', (text) => {
  expect(links(text)).toEqual([])
})

test('finds mentions, not addresses', () => {
  expect(read('@Ada, hi a@ben @@cy @ö')).toEqual(['mention:@Ada', 'text:, hi a@ben @@cy @ö'])
  expect(partsOf({ message: '@Ada', emotes: [] })).toEqual([{ kind: 'mention', text: '@Ada', name: 'ada' }])
})

test.each(['a.', 'a-', '@', 'http://', 'https://a).', '((', 'com.', '.com/'])(
  'reads the longest text made of %s',
  (piece) => {
    const text = piece.repeat(4096 / piece.length)
    const parts = partsOf({ message: text, emotes: [] })
    expect(parts.map((part) => part.text).join('')).toBe(text)
  },
)

test('splits a message once', () => {
  const message = { message: 'hello', emotes: [] }
  expect(partsOf(message)).toBe(partsOf(message))
})
