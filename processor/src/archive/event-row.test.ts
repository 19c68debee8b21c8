import { expect, test } from 'vitest'
import { chatEvent, type Notice } from '@chat-battle/contracts/records/chat-event'
import { moderation, notice, tick } from '@chat-battle/statistics/chat-events.fixture'
import { eventRow } from './event-row.ts'

const record = { topic: 't', partition: 0, offset: '42', appendedAtMs: 1_200_500, key: '1', value: null }
const eventOf = (row: ReturnType<typeof eventRow>) => chatEvent.parse(JSON.parse(String(row.event)))

test('keeps a notice without the text and the params that a person may have written', () => {
  const params = { viewerCount: '120', displayName: 'Ann', note: 'my words', value: 'x'.repeat(65) }
  const row = eventRow(
    notice(700_000, 'raid', { message: 'my words', system_message: 'raids', params }),
    record,
  )
  const event = eventOf(row) as Notice
  expect(event).toMatchObject({ kind: 'raid', message: null, system_message: 'raids' })
  expect(event.params).toEqual({ viewerCount: '120' })
  expect(row).toMatchObject({ type: 'notice', window_start: new Date(600_000), input_offset: '42' })
})

test('names everybody whom an event is about', () => {
  const params = { 'recipient-id': '8', 'origin-id': 'da 39', 'prior-gifter-id': '9' }
  expect(eventRow(notice(0, 'subgift', { user_id: '7', params }), record).user_ids).toEqual(['7', '8', '9'])
  expect(eventRow(moderation(0, { target_user_id: '5' }), record).user_ids).toEqual(['5'])
  expect(eventRow(tick(0), record).user_ids).toBeNull()
})

test('places a tick without a time at its append time', () => {
  const row = eventRow(tick(null), record)
  expect(row).toMatchObject({ at: new Date(1_200_500), window_start: new Date(1_200_000), type: 'tick' })
  expect(eventOf(row).timestamp).toBeNull()
})

test('names nobody by login alone', () => {
  const deletion = moderation(0, { action: 'delete_message', target_user_id: null, target_message_id: 'm' })
  expect(eventOf(eventRow(deletion, record))).toMatchObject({ target_username: null, target_message_id: 'm' })
  expect(eventOf(eventRow(moderation(0), record))).toMatchObject({ target_username: 'seven' })
  const params = { 'sender-login': 'ann', 'sender-name': 'Ann' }
  const upgrade = notice(0, 'giftpaidupgrade', { system_message: 'Seven continues the gift of Ann', params })
  expect(eventOf(eventRow(upgrade, record))).toMatchObject({ system_message: '', params: {} })
})
