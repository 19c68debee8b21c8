import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { decodeAck } from '@chat-battle/contracts/live/decode'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { statusFixture } from '../current/status.fixture.ts'
import { startLive } from './live.fixture.ts'

const stream = { stream_id: '40', started_at: 1, viewers: 321, title: 'T', category: 'C' }

test('the acknowledgement has what is known of the stream while the channel is joined', async () => {
  const { url, live, statusView, liveView } = await startLive()
  onTestFinished(() => live.close())
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  onTestFinished(() => void socket.disconnect())
  const acknowledged = async (event: 'subscribe' | 'unsubscribe') => {
    const ack = decodeAck(await socket.emitWithAck(event, 'arena'))
    if (ack?.ok !== true) throw new Error('refused')
    return ack.live
  }
  const known = { channel_id: '1001', channel_login: 'oldname', checked_at: 5, stream }
  liveView.apply(known)
  expect(await acknowledged('subscribe')).toBeNull()
  statusView.apply(statusFixture())
  expect(await acknowledged('subscribe')).toEqual({ ...known, channel_login: 'arena' })
  expect(await acknowledged('unsubscribe')).toEqual({ ...known, channel_login: 'arena' })
  liveView.apply({ ...known, checked_at: 6, stream: null })
  expect(await acknowledged('subscribe')).toMatchObject({ checked_at: 6, stream: null })
  statusView.apply(statusFixture({ state: 'reconnecting', since: 2 }))
  expect(await acknowledged('subscribe')).toBeNull()
})
