import { expect, test } from 'vitest'
import { ChatLink } from './chat-link.ts'

const removed = { channel_id: '1', message_ids: [], user_ids: [], all: true }

function viewer(calls: string[], name: string) {
  return {
    onConnected: () => void calls.push(`${name} connected`),
    onMessages: () => void calls.push(`${name} messages`),
    onRemoved: () => void calls.push(`${name} removed`),
  }
}

test('passes on what arrives to the part that is open', () => {
  const calls: string[] = []
  const link = new ChatLink()
  link.listeners.onRemoved(removed)
  const close = link.open(viewer(calls, 'first'))
  link.connected()
  link.listeners.onMessages({ channel_id: '1', messages: [], skipped: 0 })
  link.listeners.onRemoved(removed)
  close()
  link.listeners.onRemoved(removed)
  link.connected()
  expect(calls).toEqual(['first connected', 'first messages', 'first removed'])
})

test('says at once that the connection is open, and leaves the part that came later', () => {
  const calls: string[] = []
  const link = new ChatLink()
  link.connected()
  const close = link.open(viewer(calls, 'first'))
  link.open(viewer(calls, 'second'))
  close()
  link.listeners.onRemoved(removed)
  expect(calls).toEqual(['first connected', 'second connected', 'second removed'])
})

test('passes on requests once there is a connection', () => {
  const calls: string[] = []
  const link = new ChatLink()
  link.requests.subscribeChat('early', () => undefined)
  link.attach({
    subscribeChat: (name) => void calls.push(`open ${name}`),
    unsubscribeChat: (name) => void calls.push(`close ${name}`),
  })
  link.requests.subscribeChat('a', () => undefined)
  link.requests.unsubscribeChat('a', () => undefined)
  expect(calls).toEqual(['open a', 'close a'])
})
