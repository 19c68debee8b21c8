import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { watch } from './demo-report.ts'

function setup() {
  const socket = new EventEmitter()
  const sent: [string, string][] = []
  const lines: string[] = []
  const emit = (event: string, channel: string) => sent.push([event, channel])
  watch({ on: (...args) => socket.on(...args), emit }, 'arena', (line) => lines.push(line))
  return { socket, sent, lines }
}

test('subscribes to the statistics and the messages of the channel after each connect', () => {
  const { socket, sent } = setup()
  socket.emit('connect')
  socket.emit('connect')
  const both = [
    ['subscribe', 'arena'],
    ['subscribe_chat', 'arena'],
  ]
  expect(sent).toEqual([...both, ...both])
})

test('logs one line per capability, once there is something to show', () => {
  const { socket, lines } = setup()
  const stats = emptyStats('1001', 'arena', 0)
  socket.emit('stats', stats)
  socket.emit('removed', { channel_id: '1001', message_ids: ['a', 'b'], user_ids: ['5'], all: false })
  for (const positive of [0.5, 0.9])
    socket.emit('stats', { ...stats, mood: { positive, negative: 0.125, coverage: 0.6 } })
  socket.emit('stats', { mood: 'garbage' })
  expect(lines).toEqual([
    'moderation: 2 messages and 1 people of arena removed from live chat',
    'mood: arena is 50 % positive and 13 % negative, read from 60 % of its messages',
  ])
})
