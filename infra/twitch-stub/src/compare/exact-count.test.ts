import { describe, expect, test } from 'vitest'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import { exactCount, type ExactCount } from './exact-count.ts'
import type { ProviderAnswers } from './third-party.ts'

const start = 600_000
const next = start + windowMs

const said = (at: number, id: string, tags = '', user = '7') =>
  `@id=${id};room-id=5;tmi-sent-ts=${at};user-id=${user}${tags} :ann!ann@ann PRIVMSG #arena :hello`
const deleted = (at: number, id: string) =>
  `@room-id=;target-msg-id=${id};tmi-sent-ts=${at} :tmi.twitch.tv CLEARMSG #arena :hello`
const banned = (at: number, user: string) =>
  `@room-id=5;target-user-id=${user};tmi-sent-ts=${at} :tmi.twitch.tv CLEARCHAT #arena :ann`
const cleared = (at: number) => `@room-id=5;tmi-sent-ts=${at} :tmi.twitch.tv CLEARCHAT #arena`

function countsOf(lines: readonly string[]): ExactCount[] {
  return [...(exactCount(lines).get('arena') ?? [])].sort(([a], [b]) => a - b).map(([, counted]) => counted)
}
const moderated = (lines: readonly string[]) => countsOf(lines).map((counted) => counted.moderated_messages)

test.each([
  ['subscriber=1;badges=', 1],
  ['subscriber=0;badges=founder/0', 1],
  ['subscriber=0;badges=vip/1,founder/0', 1],
  ['subscriber=0;badges=sub-gifter/5', 0],
])('a message with %s is of a subscriber: %i', (tags, subscribers) => {
  expect(countsOf([said(start, 'a', `;${tags}`)])).toMatchObject([{ subscriber_messages: subscribers }])
})

describe('with what the providers answered', () => {
  const emote = (id: string, name: string, more = {}) => ({ id, name, ...more })
  const answers: ProviderAnswers = {
    sets: {
      '7tv': new Map([
        ['5', [emote('1', 'Same'), emote('2', 'Duck1')]],
        ['6', [emote('3', 'Same')]],
      ]),
      bttv: new Map([['global', [emote('4', 'All'), emote('5', 'Same')]]]),
      ffz: new Map([['global', [emote('6', 'All', { isModifier: true })]]]),
    },
    bttvBots: new Map([['5', ['ann']]]),
    ffzBotIds: new Map([['6', [8]]]),
  }
  const count = (line: string) => [...(exactCount([line], answers).get('arena') ?? [])][0]?.[1]
  const line = (text: string, tags = '') => said(start, 'a', tags, '8').replace(':hello', `:${text}`)

  test.each([
    ['Same same All Duck1', '', '7tv:1 7tv:2'],
    ['Same Duck1 Duck1x', ';bits=1', '7tv:1'],
    ['Same Duck1', ';source-room-id=6', '7tv:3'],
    ['🎈 Same', ';emotes=25:0-0', '7tv:1 twitch:25'],
    ['Same', ';emotes=25:0-3', 'twitch:25'],
    ['\u0001ACTION Same\u0001', '', '7tv:1'],
  ])('%s%s has the emotes %s', (text, tags, expected) => {
    expect(
      count(line(text, tags))
        ?.top_emotes.map(({ provider, id }) => `${provider}:${id}`)
        .join(' '),
    ).toBe(expected)
  })

  test.each([
    ['named at BetterTTV', '', 'ann', true],
    ['named nowhere', '', 'bo', false],
    ['with the badge', ';badges=vip/1,bot-badge/1', 'bo', true],
    ['with the badge of the source at FrankerFaceZ', ';source-room-id=6', 'bo', true],
    ['known by name', '', 'nightbot', true],
  ])('a person %s is a bot or not', (_, tags, login, isBot) => {
    const counted = count(line('hi', tags).replace(':ann!', `:${login}!`))
    expect([counted?.bot_messages, counted?.top_bots?.length, counted?.top_chatters.length]).toEqual(
      isBot ? [1, 1, 0] : [0, 0, 1],
    )
  })
})

describe('replies', () => {
  const answer = (at: number, id: string, to: string, user: string) =>
    said(at, id, `;reply-parent-msg-id=x;reply-parent-user-id=${to}`, user)
  const lines = [
    answer(start, 'a', '8', '7'),
    answer(start, 'b', '8', '9'),
    answer(start, 'c', '7', '7'),
    answer(start, 'd', '9', '7'),
    said(start, 'e', ';reply-parent-msg-id=;reply-parent-user-id='),
  ]
  const repliedTo = (lines: readonly string[]) =>
    countsOf(lines).map(({ reply_count, most_replied_to }) => [
      reply_count,
      most_replied_to?.map(({ user_id, count }) => `${user_id}:${count}`).join(),
    ])

  test('count for the person who is replied to, unless the author replies to themself', () => {
    expect(repliedTo(lines)).toEqual([[4, '8:2,9:1']])
  })

  test('stay counted for a banned person who is no longer ranked', () => {
    expect(repliedTo([...lines, banned(start + 1, '8')])).toEqual([[4, '9:1']])
  })
})

describe('moderation', () => {
  test('removes a person from the leaders of the previous window too, while that window is open', () => {
    const lines = [said(start, 'a'), said(start, 'b', '', '8'), said(next, 'c')]
    const leaders = (at: number) =>
      countsOf([...lines, banned(at, '7')]).map((counted) => [
        counted.top_chatters.map(({ user_id }) => user_id).join(),
        counted.moderated_users,
      ])
    expect(leaders(next + graceMs - 1)).toEqual([
      ['8', 0],
      ['', 1],
    ])
    expect(leaders(next + graceMs)).toEqual([
      ['7,8', 0],
      ['', 1],
    ])
  })

  test('counts a deletion in the window of the message while it is open, else in the window of the deletion', () => {
    const lines = [said(start, 'a'), said(next, 'b')]
    expect(moderated([...lines, deleted(next + 1, 'a'), deleted(next + graceMs, 'a')])).toEqual([1, 0])
    expect(moderated([...lines, deleted(next + graceMs, 'a')])).toEqual([0, 1])
    expect(moderated([...lines, deleted(next + 1, 'unknown')])).toEqual([0, 1])
  })

  test('a deletion of the whole chat counts every message so far, once', () => {
    const lines = [said(start, 'a'), said(next, 'b'), said(next + 2, 'c'), deleted(next, 'b')]
    expect(moderated([...lines, cleared(next + 1)])).toEqual([1, 1])
    expect(moderated([...lines, cleared(next + graceMs)])).toEqual([0, 2])
  })
})
