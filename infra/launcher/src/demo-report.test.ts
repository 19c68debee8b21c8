import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { reportArchive, watch } from './demo-report.ts'

function setup() {
  const socket = new EventEmitter()
  const sent: [string, string][] = []
  const lines: string[] = []
  const emit = (event: string, channel: string) => sent.push([event, channel])
  const requested: string[] = []
  const picture = ({ name }: { name: string }) => {
    requested.push(name)
    return requested.length === 1 ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(321)
  }
  const log = (line: string) => lines.push(line)
  watch({ on: (...args) => socket.on(...args), emit }, 'arena', log, { picture })
  return { socket, sent, lines, requested }
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

test('logs a picture of a third-party emote once one was served', async () => {
  const { socket, lines, requested } = setup()
  const of = (provider: 'twitch' | '7tv', name: string) => ({ id: name, name, count: 1, provider })
  const stats = { ...emptyStats('1001', 'arena', 0), top_emotes: [of('twitch', 'LUL'), of('7tv', 'Pog')] }
  for (let frames = 0; frames < 3; frames++) {
    socket.emit('stats', stats)
    await new Promise(setImmediate)
  }
  expect(requested).toEqual(['Pog', 'Pog'])
  expect(lines).toEqual(['pictures: Pog of 7tv served in 321 bytes'])
})

test('logs a search and a replay once the archive has messages', async () => {
  const lines: string[] = []
  const [searches, waits]: [string[], number[]] = [[], []]
  const search = (words: string) => {
    searches.push(words)
    if (searches.length === 1) return Promise.reject(new TypeError('fetch failed'))
    const isFound = searches.length === 3
    return Promise.resolve({ matched: isFound ? 4 : 0, newestMs: isFound ? 9000 : undefined })
  }
  const replay = (atMs: number) => Promise.resolve(atMs / 100)
  const wait = (ms: number) => Promise.resolve(waits.push(ms))
  await reportArchive({ search, replay }, 'arena', (line) => lines.push(line), wait)
  expect(waits).toEqual([5000, 5000])
  expect(lines).toEqual([
    'search: 4 messages of arena with "gg" in the last hour',
    'replay: arena a minute before the newest of them, at 90 messages in its window',
  ])
})

test('ends the search of an archive that never has anything', async () => {
  const lines: string[] = []
  let waits = 0
  const none = () => Promise.resolve({ matched: 0, newestMs: undefined })
  const replay = () => Promise.reject(new Error('not to be called'))
  await reportArchive(
    { search: none, replay },
    'arena',
    (line) => lines.push(line),
    () => Promise.resolve(waits++),
  )
  expect([waits, lines]).toEqual([60, []])
})
