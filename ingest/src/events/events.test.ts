import { describe, expect, test } from 'vitest'
import { parseLine } from '../twitch/parse-line.ts'
import { toChatEvent } from './chat-event.ts'
import { parseEmotes } from './emotes.ts'

const context = { channelId: '42', timestamp: 9000 }
const read = (line: string) => toChatEvent(parseLine(line), context)
const tags =
  'badges=subscriber/12,bits/100;color=#FF69B4;display-name=Ann;emotes=;id=m1;room-id=42;subscriber=1;tmi-sent-ts=5000;user-id=7'
const said = (text: string, more = '') => `@${tags}${more} :ann!ann@ann.tmi.twitch.tv PRIVMSG #Arena :${text}`

describe('a message', () => {
  test('has every field that Twitch sends', () => {
    const more =
      ';bits=5;first-msg=1;reply-parent-msg-id=p1;reply-parent-user-id=8;reply-parent-user-login=ben;source-room-id=99;source-id=s1'
    expect(read(said('hi there', more))).toEqual({
      event: {
        type: 'message',
        channel_id: '42',
        channel_login: 'arena',
        message_id: 'm1',
        user_id: '7',
        username: 'ann',
        display_name: 'Ann',
        color: '#ff69b4',
        message: 'hi there',
        is_action: false,
        timestamp: 5000,
        emotes: [],
        badges: { subscriber: '12', bits: '100' },
        bits: 5,
        is_first: true,
        is_subscriber: true,
        reply_to: { message_id: 'p1', user_id: '8', username: 'ben', is_bot: null },
        source_channel_id: '99',
        source_message_id: 's1',
        is_bot: null,
        mood: null,
        is_anonymous: false,
      },
    })
  })

  test.each(['', '#FF69B', 'red', '#ff69b41'])('with the colour %o has none', (color) => {
    const line = said('x').replace('color=#FF69B4', `color=${color}`)
    expect(read(line)).toMatchObject({ event: { color: null } })
  })

  test('keeps long text and names, cut between two characters', () => {
    const line = said('𝒳'.repeat(5000)).replace('display-name=Ann', `display-name=z${'\u0301'.repeat(2000)}`)
    expect(read(line)).toMatchObject({
      event: { message: '𝒳'.repeat(2048), display_name: `z${'\u0301'.repeat(255)}` },
    })
    expect(read(said(`x${'𝒳'.repeat(5000)}`))).toMatchObject({ event: { message: `x${'𝒳'.repeat(2047)}` } })
  })

  test('of /me has no wrapper, and its emotes count from the text', () => {
    const line = said('\u0001ACTION waves Kappa\u0001').replace('emotes=;', 'emotes=25:6-10;')
    expect(read(line)).toMatchObject({
      event: {
        message: 'waves Kappa',
        is_action: true,
        emotes: [{ id: '25', name: 'Kappa', start: 6, end: 11 }],
      },
    })
  })

  test.each([
    ['badges=subscriber/12;subscriber=1', true],
    ['badges=founder/0,premium/1;subscriber=0', true],
    ['badges=vip/1,founder;subscriber=0', true],
    ['badges=sub-gift-leader/1;subscriber=0', false],
    ['badges=;subscriber=0', false],
  ])('with %s comes from a subscriber: %s', (given, isSubscriber) => {
    const line = said('x').replace('badges=subscriber/12,bits/100', given).replace('subscriber=1;tmi', 'tmi')
    expect(read(line)).toMatchObject({ event: { is_subscriber: isSubscriber } })
  })

  test('with its own channel as source is not mirrored', () => {
    expect(read(said('x', ';source-room-id=42;source-id=m1'))).toMatchObject({
      event: { source_channel_id: null, source_message_id: null },
    })
  })

  test.each(['id=m1', 'user-id=7', 'tmi-sent-ts=5000'])('without %s is a problem', (missing) => {
    expect(read(said('x').replace(missing, `x=`))).toHaveProperty('problem')
  })
})

test.each([
  ['25:0-4', 'Kappa', ['Kappa']],
  ['25:2-6', '🎉 Kappa', ['Kappa']],
  ['25:3-7', 'é\u0301 Kappa', ['Kappa']],
  ['25:0-4,6-10/1902:12-16', 'Kappa Kappa Keepo', ['Kappa', 'Kappa', 'Keepo']],
  ['25:0-99/26:3-1/27:x-y/28:-1-2/29/:0-1/30:', 'short', []],
  ['a:b:0-1', 'ab', ['ab']],
  [`${'9'.repeat(200)}:0-1`, 'ab', []],
])('the emotes %s of %s are %o', (tag, text, names) => {
  expect(parseEmotes(tag, text).map(({ name }) => name)).toEqual(names)
})

describe('moderation', () => {
  test.each([
    [
      '@ban-duration=10;room-id=42;target-user-id=7;tmi-sent-ts=5 :tmi.twitch.tv CLEARCHAT #arena :ann',
      { action: 'timeout', duration_s: 10, target_user_id: '7', timestamp: 5 },
    ],
    [
      '@room-id=42;target-user-id=7;tmi-sent-ts=5 :tmi.twitch.tv CLEARCHAT #arena :ann',
      { action: 'ban', duration_s: null, target_username: 'ann' },
    ],
    [
      '@room-id=42 :tmi.twitch.tv CLEARCHAT #arena',
      { action: 'clear_chat', target_user_id: null, timestamp: 9000 },
    ],
    [
      '@login=ann;room-id=;target-msg-id=m1;tmi-sent-ts=5 :tmi.twitch.tv CLEARMSG #arena :x',
      { action: 'delete_message', target_message_id: 'm1', channel_id: '42' },
    ],
  ])('%s', (line, expected) =>
    expect(read(line)).toMatchObject({ event: { type: 'moderation', ...expected } }),
  )
})

test('keeps a notice of an unknown kind', () => {
  const line =
    '@id=n1;login=ann;msg-id=brand-new;msg-param-months=3;msg-param-a-b=c;room-id=42;system-msg=Hello\\sthere;tmi-sent-ts=5;user-id=7 :tmi.twitch.tv USERNOTICE #arena :text'
  expect(read(line)).toMatchObject({
    event: {
      type: 'notice',
      kind: 'brand-new',
      params: { months: '3', 'a-b': 'c' },
      system_message: 'Hello there',
      message: 'text',
    },
  })
})

test('keeps a tag value that contains an equals sign', () => {
  const line =
    '@id=n1;msg-id=sub;msg-param-plan=Tier\\s1\\s(=5$);room-id=42;system-msg=1=1=1\\:;tmi-sent-ts=5 :tmi.twitch.tv USERNOTICE #arena'
  expect(read(line)).toMatchObject({
    event: { params: { plan: 'Tier 1 (=5$)' }, system_message: '1=1=1;' },
  })
})

test.each([
  ':tmi.twitch.tv 001 x :hi',
  'PING :x',
  ':x PONG y',
  '@msg-id=slow_on :tmi.twitch.tv NOTICE #arena :slow',
  ':tmi.twitch.tv HOSTTARGET #a :b 1',
])('%s has no event and no problem', (line) => expect(read(line)).toBeUndefined())

test.each(['garbage', 'constructor', '\u0000', '@a=b', 'PRIVMSG #arena', '@id=1 :x!x PRIVMSG #<arena> :x'])(
  '%o is a problem',
  (line) => expect(read(line)).toHaveProperty('problem'),
)
