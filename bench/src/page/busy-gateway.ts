import { createServer } from 'node:http'
import { Server } from 'socket.io'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { listen } from '@chat-battle/runtime/http/listen'
import { BusyChat } from './busy-chat.ts'

/** The gateway's pace for a busy channel. */
const framesPerSecond = 10

export interface BusyGateway extends AsyncDisposable {
  readonly url: string
}

/** A gateway of busy channels only: each subscription gets 10 frames per second, `messagesPerSecond` further. */
export async function startBusyGateway(messagesPerSecond: number): Promise<BusyGateway> {
  const chats = new Map<string, BusyChat>()
  const chatOf = (login: string) => {
    const chat = chats.get(login) ?? new BusyChat(login, String(100_000 + chats.size))
    chats.set(login, chat)
    return chat
  }
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://gateway')
    const names = searchParams.get('channels')?.split(',') ?? []
    const snapshots = names.map((asked) => ({
      asked,
      status: joined(asked),
      stats: searchParams.has('window_start') ? null : chatOf(asked).frame(),
      error: null,
    }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ snapshots }))
  })
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(server, { serveClient: false })
  io.on('connection', (socket) => {
    socket.on('subscribe', (login, ack) => {
      const chat = chatOf(login)
      ack({ ok: true, status: joined(login), stats: chat.frame(), live: null })
      const timer = setInterval(() => {
        chat.say(messagesPerSecond / framesPerSecond)
        socket.emit('stats', chat.frame())
      }, 1000 / framesPerSecond)
      socket.on('disconnect', () => clearInterval(timer))
    })
  })
  const port = await listen(server, 0, '127.0.0.1')
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => io.close() }
}

function joined(login: string): ChannelStatus {
  return { channel_login: login, channel_id: '1', state: 'joined', since: 0, gaps: [], clock_skew_ms: null }
}
