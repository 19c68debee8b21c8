import { expect, test, vi } from 'vitest'
import { noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { MomentLog } from './moment-log.ts'

function moment(start: number, end: number | null): MomentRecord {
  return {
    ...{ channel_id: '1', channel_login: 'arena', start, peak: start, end, revision: 1, kind: 'chat' },
    ...{
      times_baseline: 5,
      message_count: 9,
      people: 8,
      mood: null,
      sample_sources: [],
      leading_sources: [],
    },
    leading: { ...noLeading, kind: 'phrase', text: 'a secret phrase' },
    samples: ['a secret text'],
  }
}

test('logs each moment once when it begins, one per second, and no text', () => {
  const logger = createLogger('test', 'silent')
  const info = vi.spyOn(logger, 'info')
  const log = new MomentLog(logger)
  log.note([moment(5000, null)], 0)
  log.note([moment(5000, null), moment(10_000, null)], 500)
  log.note([moment(5000, 10_000), moment(15_000, null), moment(20_000, 25_000)], 1000)
  expect(info.mock.calls.map(([fields]) => (fields as { start: number }).start)).toEqual([5000, 15_000])
  expect(JSON.stringify(info.mock.calls)).not.toContain('secret')
})
