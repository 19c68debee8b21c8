import { describe, expect, test } from 'vitest'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import { exactCount, type ExactCount } from './exact-count.ts'

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
