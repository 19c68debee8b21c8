import { expect, test } from 'vitest'
import { leaderOf, standingsOf, type Entrant } from './standings.ts'

const entrant = (login: string, pace: number, given: Partial<Entrant> = {}): Entrant => ({
  login,
  pace,
  messages: pace * 10,
  chatters: 10,
  viewers: null,
  ...given,
})

test('ranks the chats by pace, and keeps their colours', () => {
  const rows = standingsOf([entrant('a', 10), entrant('b', 30)], 'messages')
  expect(rows.map(({ login, rank, index, share }) => [login, rank, index, share])).toEqual([
    ['b', 1, 1, 0.75],
    ['a', 2, 0, 0.25],
  ])
})

test('gives equal paces the same rank, in the order of the address', () => {
  const rows = standingsOf([entrant('a', 5), entrant('b', 9), entrant('c', 9), entrant('d', 1)], 'messages')
  expect(rows.map(({ login, rank }) => [login, rank])).toEqual([
    ['b', 1],
    ['c', 1],
    ['a', 3],
    ['d', 4],
  ])
})

test('ranks by the chosen scale, while the share stays that of the messages', () => {
  const rows = standingsOf([entrant('big', 100, { chatters: 500 }), entrant('small', 20)], 'per_chatter')
  expect(rows.map(({ login, shownPace }) => [login, shownPace])).toEqual([
    ['small', 2000],
    ['big', 200],
  ])
  expect(rows.at(1)?.share).toBeCloseTo(100 / 120)
})

test('puts a chat without a figure on the scale last, without a rank', () => {
  const rows = standingsOf([entrant('a', 50), entrant('b', 0, { viewers: 100 })], 'per_viewer')
  expect(rows.map(({ login, rank, shownPace }) => [login, rank, shownPace])).toEqual([
    ['b', 1, 0],
    ['a', null, null],
  ])
})

test('has no shares while nobody has written', () => {
  const rows = standingsOf([entrant('a', 0), entrant('b', 0)], 'messages')
  expect(rows.map(({ share, rank }) => [share, rank])).toEqual([
    [null, 1],
    [null, 1],
  ])
})

test('a chat leads on the chosen scale, and none does where several are first or nobody writes', () => {
  const chats = [entrant('big', 100, { chatters: 500 }), entrant('small', 20)]
  expect(leaderOf(standingsOf(chats, 'messages'))?.index).toBe(0)
  expect(leaderOf(standingsOf(chats, 'per_chatter'))?.index).toBe(1)
  expect(leaderOf(standingsOf(chats, 'per_viewer'))).toBeUndefined()
  expect(leaderOf(standingsOf([entrant('a', 9), entrant('b', 9)], 'messages'))).toBeUndefined()
  expect(leaderOf(standingsOf([entrant('a', 0), entrant('b', 0)], 'messages'))).toBeUndefined()
  expect(leaderOf(standingsOf([entrant('alone', 9)], 'messages'))).toBeUndefined()
})
