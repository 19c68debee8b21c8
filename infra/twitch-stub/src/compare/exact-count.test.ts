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

describe('moderation', () => {
  test('takes a person out of the top of the window before as well, while that is open', () => {
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

  test('of a message counts in its window while that is open, else in that of the deletion', () => {
    const lines = [said(start, 'a'), said(next, 'b')]
    expect(moderated([...lines, deleted(next + 1, 'a'), deleted(next + graceMs, 'a')])).toEqual([1, 0])
    expect(moderated([...lines, deleted(next + graceMs, 'a')])).toEqual([0, 1])
    expect(moderated([...lines, deleted(next + 1, 'unknown')])).toEqual([0, 1])
  })

  test('of the whole chat counts every message so far, once', () => {
    const lines = [said(start, 'a'), said(next, 'b'), said(next + 2, 'c'), deleted(next, 'b')]
    expect(moderated([...lines, cleared(next + 1)])).toEqual([1, 1])
    expect(moderated([...lines, cleared(next + graceMs)])).toEqual([0, 2])
  })
})
