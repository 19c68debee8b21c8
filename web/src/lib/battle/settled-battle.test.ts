import { expect, test } from 'vitest'
import { chatOf } from './chat.fixture.ts'
import { settledBattle } from './settled-battle.ts'

const startMs = 600_000
const minuteMs = 60_000

test('counts the complete minutes since the first in which every chat is known', () => {
  const chats = [chatOf('a', [9, 8, null, 4]), chatOf('b', [null, 1, 2, 3]), chatOf('c', null)]
  const { entrants, range } = settledBattle(chats, startMs + 4.5 * minuteMs)
  expect(range).toEqual({ from: startMs + minuteMs, to: startMs + 4 * minuteMs })
  expect(entrants.map(({ login, messages, pace }) => [login, messages, pace])).toEqual([
    ['a', 12, 6],
    ['b', 6, 2],
    ['c', 0, null],
  ])
})

test('returns the figures until now before such a minute is over', () => {
  const timeline = { startMs: 15_000, counts: [] }
  const known = { timeline, pace: 50, messages: 7 }
  const { entrants, range } = settledBattle([chatOf('a', [8], known), chatOf('b', [null], known)], 1)
  expect(range).toEqual({ from: 15_000, to: 15_000 + 10 * minuteMs })
  expect(entrants.map(({ messages, pace }) => [messages, pace])).toEqual([
    [7, 50],
    [7, 50],
  ])
  expect(settledBattle([chatOf('a', null)], 20 * minuteMs).range).toEqual({
    from: 10 * minuteMs,
    to: 20 * minuteMs,
  })
})
