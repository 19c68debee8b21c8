import { expect, test } from 'vitest'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { RecentModeration } from './recent-moderation.ts'

const channel = '1001'
const deletion = (id: string) =>
  moderation(10, { action: 'delete_message', target_user_id: null, target_message_id: id })

function noted(...events: ReturnType<typeof moderation>[]) {
  const recent = new RecentModeration()
  recent.note(channel, events)
  return recent
}

test('removes a message that arrives after its deletion', () => {
  const recent = noted(deletion('m1'))
  expect(recent.removalOf(message(20, { message_id: 'm1' }))).toBe('author')
  expect(recent.removalOf(message(20, { message_id: 'm2' }))).toBeUndefined()
  expect(recent.removalOf(message(20, { message_id: 'm1', channel_id: '1002' }))).toBeUndefined()
})

test('removes what a banned person sent up to the ban, and nothing after it', () => {
  const recent = noted(moderation(100), moderation(50))
  expect([99, 100, 101].map((at) => recent.removalOf(message(at)))).toEqual(['author', 'author', undefined])
  expect(recent.removalOf(message(99, { user_id: '8' }))).toBeUndefined()
})

test('removes the texts up to a clearing of the chat', () => {
  const recent = noted(moderation(100, { action: 'clear_chat', target_user_id: null }))
  expect([100, 101].map((at) => recent.removalOf(message(at)))).toEqual(['text', undefined])
})

test('forgets the oldest deletions of a channel, and the channels that were used the longest ago', () => {
  const recent = noted(...Array.from({ length: 1001 }, (_, index) => deletion(`m${index}`)))
  expect(recent.removalOf(message(0, { message_id: 'm0' }))).toBeUndefined()
  expect(recent.removalOf(message(0, { message_id: 'm1' }))).toBe('author')
  for (let id = 0; id < 100_000; id++) recent.note(`c${id}`, [])
  expect(recent.knows(channel)).toBe(false)
  expect(recent.knows('c99999')).toBe(true)
  recent.note('one more', [])
  expect(recent.knows('c0')).toBe(false)
})
