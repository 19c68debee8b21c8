import { expect, test } from 'vitest'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { JumpHold } from './jump-hold.ts'

const start = 180 * windowMs
const frame = (lastMs: number, count: number, id = '1') => ({
  ...emptyStats(id, 'one', lastMs - (lastMs % windowMs)),
  revision: 1,
  message_count: count,
  last_message_at: lastMs,
})
const texts = (...times: number[]) => ({
  channel_id: '1',
  skipped: 0,
  messages: times.map((timestamp) => ({ timestamp }) as ShownMessage),
})

test('keeps the last frame of each channel in the window of the jump', () => {
  const hold = new JumpHold(start + 60_000)
  hold.takeStats(frame(start + 50_000, 9))
  hold.takeStats(frame(start + 300_000, 40))
  hold.takeStats(frame(start + 55_000, 8))
  hold.takeStats(frame(start + 10_000, 3, '2'))
  hold.takeStats(frame(start - 10_000, 70))
  expect(hold.ofJump().frames.map((each) => each.message_count)).toEqual([8, 3])
})

test('drops a frame of before a jump back that counts later messages', () => {
  const hold = new JumpHold(start + 60_000)
  hold.takeStats(frame(start + 60_001, 40))
  expect(hold.ofJump().frames).toEqual([])
  expect(hold.all().frames).toHaveLength(1)
})

test('keeps the messages of the minute before the jump, and no others', () => {
  const hold = new JumpHold(start + 60_000)
  hold.takeMessages(texts(start + 300_000, start + 301_000))
  expect(hold.ofJump().messages).toEqual([])
  hold.takeMessages(texts(start + 1, start + 60_000))
  expect(hold.ofJump().messages).toEqual([texts(start + 1, start + 60_000)])
  hold.takeMessages(texts(start, start + 1))
  expect(hold.ofJump().messages).toEqual([])
})
