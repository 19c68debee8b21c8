import { expect, test } from 'vitest'
import { message, moderation, notice } from '@chat-battle/statistics/chat-events.fixture'
import { clearchat, clearmsg, privmsg, usernotice, type Person } from '@chat-battle/twitch-stub/irc-text'
import { keyOfEvent, keyOfLine } from './event-key.ts'

const room = { login: 'arena', id: '1001' }
const person: Person = { id: '7', login: 'seven', displayName: 'Seven', isSubscriber: false, badges: '' }
const timestamp = 1_700_000_000_000

test('gives a message and its line the same key', () => {
  const line = privmsg(room, person, { id: 'm1', timestamp, text: 'hello' })
  expect(keyOfLine('arena', line)).toBe('message m1')
  expect(keyOfEvent(message(timestamp, { message_id: 'm1' }))).toBe('message m1')
})

test('gives a notice and its line the same key', () => {
  const line = usernotice(room, person, { id: 'n1', timestamp, kind: 'resub', systemMessage: 'again' })
  expect(keyOfLine('arena', line)).toBe('notice n1')
  expect(keyOfEvent(notice(timestamp, 'resub', { notice_id: 'n1' }))).toBe('notice n1')
})

test('gives a time-out and its line the same key', () => {
  const key = keyOfEvent(moderation(timestamp, { target_user_id: '7' }))
  expect(keyOfLine('arena', clearchat(room, person, timestamp, 600))).toBe(key)
})

test('gives a deletion and its line the same key', () => {
  const deletion = moderation(timestamp, {
    action: 'delete_message',
    target_message_id: 'm1',
    target_user_id: null,
  })
  expect(keyOfLine('arena', clearmsg(room, person, 'm1', timestamp))).toBe(keyOfEvent(deletion))
})

test('gives no key to a line that makes no event', () => {
  expect(keyOfLine('arena', ':tmi.twitch.tv RECONNECT')).toBeUndefined()
})
