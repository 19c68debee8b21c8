import { expect, test } from 'vitest'
import { MomentView } from './moment-view.ts'
import { momentFixture } from './moment.fixture.ts'

const starts = (view: MomentView, id = '1001') => view.list(id, 0, 1e15).map(({ start }) => start)

test('keeps the newest record of each moment', () => {
  const view = new MomentView()
  expect(view.apply(momentFixture(5000, { revision: 9 }))).toBe(true)
  expect(view.apply(momentFixture(5000, { revision: 8 }))).toBe(false)
  expect(view.list('1001', 5000, 5001)).toMatchObject([{ revision: 9 }])
  expect(view.list('1001', 5001, 9000)).toEqual([])
})

test('keeps the newest hundred moments of a channel, and reports that it has forgotten some', () => {
  const view = new MomentView()
  for (let index = 1; index <= 99; index++) view.apply(momentFixture(index))
  expect(view.isWhole('1001')).toBe(true)
  for (let index = 100; index <= 103; index++) view.apply(momentFixture(index))
  expect(view.isWhole('1001')).toBe(false)
  expect(starts(view)).toEqual(Array.from({ length: 100 }, (_, index) => index + 4))
  expect(view.momentCount).toBe(100)
})

test('evicts the channel whose last record is the oldest', () => {
  const view = new MomentView(3)
  for (const [start, channel_id] of [
    [1, '1'],
    [2, '2'],
    [3, '1'],
    [4, '3'],
  ] as const)
    view.apply(momentFixture(start, { channel_id }))
  expect(['1', '2', '3'].map((id) => starts(view, id))).toEqual([[1, 3], [], [4]])
  expect(view.isWhole('2')).toBe(false)
  expect(view.momentCount).toBe(3)
})
