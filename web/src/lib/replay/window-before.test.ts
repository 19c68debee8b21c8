import { expect, test } from 'vitest'
import type { HistoryPoint } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs } from '@chat-battle/contracts/window'
import { frameOf } from './window-before.ts'

const from = 180 * windowMs
const to = from + windowMs
const points = Array.from({ length: 120 }, (_, step) => ({ at: from + step * 5000, message_count: step }))
const history = {
  channel_id: '1',
  channel_login: 'one',
  from,
  to,
  step_ms: 5000,
  points: points as HistoryPoint[],
  gaps: [
    { from, to: from + 1000 },
    { from: from + 5000, to: from + 9000 },
  ],
}

test('has the pace of the window, and covers what lies between its gaps', () => {
  expect(frameOf(history)).toMatchObject({
    window_start: from,
    window_end: to,
    final: true,
    series: { step_ms: 5000, counts: points.map(({ message_count }) => message_count) },
    coverage: [
      { from: from + 1000, to: from + 5000 },
      { from: from + 9000, to },
    ],
  })
})
