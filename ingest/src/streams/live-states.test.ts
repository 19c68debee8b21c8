import { expect, test } from 'vitest'
import type { ChannelLive } from '@chat-battle/contracts/records/channel-live'
import type { LiveStream } from '@chat-battle/contracts/records/chat-event'
import { LiveStates } from './live-states.ts'

const stream = { stream_id: '40', started_at: 1, title: 'Chess', category: 'Chess', viewers: 5 }
const live = (checked_at: number, stream: LiveStream | null, channel_id = '1'): ChannelLive => {
  return { channel_id, channel_login: `login${channel_id}`, checked_at, stream }
}

test.each<[string, LiveStream | null, LiveStream | null, string[]]>([
  ['started', null, stream, ['started']],
  ['ended', stream, null, ['ended']],
  ['stayed offline', null, null, []],
  ['only has other viewers', stream, { ...stream, viewers: 6 }, []],
  ['has another title', stream, { ...stream, title: 'Go' }, ['title']],
  [
    'has another title and category',
    stream,
    { ...stream, title: 'Go', category: 'Go' },
    ['title', 'category'],
  ],
  ['is another one', stream, { ...stream, stream_id: '41', title: 'Go' }, ['ended', 'started']],
])('reports the changes of a stream that %s', (_, before, after, changes) => {
  const states = new LiveStates()
  states.note(live(1, before), 0)
  expect(states.note(live(2, after), 0)).toEqual(changes)
})

test('reports no change with the first answer', () => {
  expect(new LiveStates().note(live(1, stream), 0)).toEqual([])
})

test('compares with what another ingest was answered last', () => {
  const states = new LiveStates()
  states.take(live(2, stream))
  states.take(live(1, null))
  expect(states.note(live(3, { ...stream, title: 'Go' }), 0)).toEqual(['title'])
})

test('reads its own record without a change', () => {
  const states = new LiveStates()
  const record = live(1, stream)
  states.note(record, 0)
  states.take(record)
  expect(states.note(live(2, stream), 0)).toEqual([])
})

test('knows nothing of a channel whose record was deleted', () => {
  const states = new LiveStates()
  states.take(live(1, stream))
  states.forget('1')
  expect(states.note(live(2, null), 0)).toEqual([])
})

test('gives the newest record of each channel once its event was sent', () => {
  const states = new LiveStates()
  states.note(live(1, null), 10)
  states.note(live(2, stream), 20)
  states.note(live(2, null, '2'), 30)
  expect(states.takeSent(20)).toEqual([])
  expect(states.takeSent(21)).toEqual([live(2, stream)])
  expect(states.takeSent()).toEqual([live(2, null, '2')])
  expect(states.takeSent()).toEqual([])
})

test('forgets the channels that were read least recently beyond its bound', () => {
  const states = new LiveStates(2)
  for (const id of ['1', '2']) states.take(live(1, stream, id))
  states.note(live(2, stream, '1'), 0)
  states.take(live(1, stream, '3'))
  expect(states.note(live(3, null, '1'), 0)).toEqual(['ended'])
  expect(states.note(live(3, null, '2'), 0)).toEqual([])
})
