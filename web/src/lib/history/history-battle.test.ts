import { expect, test } from 'vitest'
import { rangeEntrant, rangeStretch } from './history-battle.ts'
import { historyOf } from './history.fixture.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const chat = (login: string, counts: number[], from = 0) => ({ login, history: historyOf(from, counts) })

test('gives the pace of the covered time', () => {
  const { history } = chat('a', [10, 0, 0, 20])
  expect(rangeEntrant({ login: 'a', history })).toMatchObject({ messages: 30, pace: 7.5 })
  const pace = (covered_ms: number) => rangeEntrant({ login: 'a', history: { ...history, covered_ms } }).pace
  expect(pace(2 * minuteMs)).toBe(15)
  expect(pace(0)).toBeNull()
})

test('judges whole minutes up to now, and none with a gap', () => {
  const a = chat('a', [1, 2, 3, 4])
  const b = { login: 'b', history: { ...historyOf(0, [4, 3, 2, 1]), gaps: [{ from: 70_000, to: 71_000 }] } }
  const range = { from: 0, to: 4 * minuteMs }
  expect(rangeStretch([a, b], 'messages', range, 3.5 * minuteMs)).toEqual({
    startMs: 0,
    stepMs: minuteMs,
    isOpen: true,
    contenders: [
      { login: 'a', values: [1, 2, 3] },
      { login: 'b', values: [4, null, 2] },
    ],
  })
  expect(rangeStretch([a, b], 'messages', range, hourMs).isOpen).toBe(false)
})

test('judges a longer range by the hour, and the longest by the day', () => {
  const counts = new Array<number>(240).fill(1)
  const range = { from: 30 * minuteMs, to: 270 * minuteMs }
  const { startMs, stepMs, contenders } = rangeStretch(
    [chat('a', counts, range.from)],
    'messages',
    range,
    9e12,
  )
  expect([startMs, stepMs]).toEqual([hourMs, hourMs])
  expect(contenders[0]?.values).toEqual([60, 60, 60])
  const long = { from: 0, to: 30 * 24 * hourMs }
  expect(rangeStretch([chat('a', [])], 'messages', long, 9e12).stepMs).toBe(24 * hourMs)
})

test('leaves out the chats without a figure on the scale', () => {
  const watched = { login: 'b', history: { ...historyOf(0, [5]), viewers: { peak: 20, average: 10 } } }
  const { contenders } = rangeStretch(
    [chat('a', [5]), watched],
    'per_viewer',
    { from: 0, to: minuteMs },
    hourMs,
  )
  expect(contenders).toEqual([{ login: 'b', values: [500] }])
})
