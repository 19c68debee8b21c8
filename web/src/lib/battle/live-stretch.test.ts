import { expect, test } from 'vitest'
import { chatOf as chat } from './chat.fixture.ts'
import { entrantOf, liveStretch } from './live-stretch.ts'

test('has the minutes of each chat, on the chosen scale', () => {
  const chats = [chat('a', [5, null]), chat('b', [1, 2], { chatters: 10 })]
  expect(liveStretch(chats, 'messages')).toEqual({
    startMs: 600_000,
    stepMs: 60_000,
    isOpen: true,
    contenders: [
      { login: 'a', values: [5, null] },
      { login: 'b', values: [1, 2] },
    ],
  })
  expect(liveStretch(chats, 'per_chatter').contenders).toEqual([
    { login: 'a', values: [50, null] },
    { login: 'b', values: [100, 200] },
  ])
})

test('knows no pace of a chat without a frame', () => {
  expect(entrantOf(chat('a', null)).pace).toBeNull()
  const timeline = { startMs: 0, counts: [] }
  expect(entrantOf(chat('a', null, { timeline, pace: 5 })).pace).toBe(5)
})

test('leaves out the chats without a figure on the scale', () => {
  const chats = [chat('a', [5], { viewers: 10 }), chat('b', [1])]
  expect(liveStretch(chats, 'per_viewer').contenders).toEqual([{ login: 'a', values: [500] }])
})

test('aligns chats of which one has no newer minutes, and one has none at all', () => {
  const late = { startMs: 720_000, counts: [7, 8] }
  const { startMs, contenders } = liveStretch(
    [chat('a', [1, 2, 3, 4]), chat('b', null, { minutes: late }), chat('c', null)],
    'messages',
  )
  expect(startMs).toBe(720_000)
  expect(contenders.map(({ values }) => values)).toEqual([
    [3, 4],
    [7, 8],
  ])
})
