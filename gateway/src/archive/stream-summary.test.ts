import { expect, test } from 'vitest'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import { busiestOf } from '@chat-battle/contracts/rest/routes/get-stream'
import { changeOf } from './stream-summary.ts'

function summed(messages: number, people: number, coveredMinutes: number, viewers: History['viewers']) {
  const totals = { message_count: messages, unique_chatters: people }
  const given = {
    totals,
    points: [{ message_count: messages }],
    covered_ms: coveredMinutes * 60_000,
    viewers,
  }
  return given as unknown as Parameters<typeof changeOf>[0]
}

test('says by how much each figure is greater, per minute of the time that was covered', () => {
  const viewers = { peak: 30, average: 20 }
  expect(changeOf(summed(300, 6, 3, { peak: 60, average: 10 }), summed(200, 4, 1, viewers))).toEqual({
    message_count: 0.5,
    unique_chatters: 0.5,
    messages_per_minute: -0.5,
    peak_viewers: 1,
    average_viewers: -0.5,
  })
})

test('says nothing where the stream before had none, or a figure is not known', () => {
  const change = changeOf(summed(300, 6, 3, { peak: 60, average: 10 }), summed(0, 0, 1, null))
  expect(change).toEqual({
    message_count: null,
    unique_chatters: null,
    messages_per_minute: null,
    peak_viewers: null,
    average_viewers: null,
  })
  const zero = { peak: 0, average: 0 }
  expect(changeOf(summed(1, 1, 1, null), summed(1, 1, 1, zero))).toMatchObject({ peak_viewers: null })
  expect(changeOf(summed(1, 1, 0, null), summed(1, 1, 1, null))).toMatchObject({ messages_per_minute: null })
})

test('finds the first of the busiest steps', () => {
  const points = [0, 5, 9, 9, 1].map((message_count, at) => ({ at, message_count }))
  expect(busiestOf({ points: points as History['points'] })).toEqual({ at: 2, message_count: 9 })
  expect(busiestOf({ points: [] })).toBeNull()
})
