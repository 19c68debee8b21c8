import { createServer } from 'node:http'
import { Server } from 'socket.io'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { listen } from '@chat-battle/runtime/http/listen'
import { BusyChat } from './busy-chat.ts'
import { BusyMessages } from './busy-messages.ts'

/** The gateway's pace for a busy channel. */
const framesPerSecond = 10

export interface BusyGateway extends AsyncDisposable {
  readonly url: string
}

/** A picture of one pixel. */
const picture = Buffer.from('R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')

/**
 * A gateway of busy channels only: each subscription gets 10 frames per second, `messagesPerSecond` further, and each one to
 * messages as many of them in 10 events per second.
 */
export async function startBusyGateway(messagesPerSecond: number): Promise<BusyGateway> {
  const chats = new Map<string, BusyChat>()
  const chatOf = (login: string) => {
    const chat = chats.get(login) ?? new BusyChat(login, String(100_000 + chats.size))
    chats.set(login, chat)
    return chat
  }
  const idOf = (login: string) => {
    void chatOf(login)
    return String(100_000 + [...chats.keys()].indexOf(login))
  }
  const joined = (login: string) => joinedStatus(login, idOf(login))
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/emotes/') === true)
      return void response
        .setHeader('content-type', 'image/gif')
        .setHeader('cache-control', 'max-age=3600')
        .end(picture)
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
    socket.on('subscribe_chat', (login, ack) => {
      const source = new BusyMessages(`${login}-${socket.id}`)
      const channel_id = idOf(login)
      ack({ ok: true, status: joined(login) })
      const timer = setInterval(() => {
        const messages = Array.from({ length: messagesPerSecond / framesPerSecond }, () =>
          source.next(Date.now()),
        )
        socket.emit('messages', { channel_id, messages, skipped: 0 })
      }, 1000 / framesPerSecond)
      socket.on('disconnect', () => clearInterval(timer))
    })
  })
  const port = await listen(server, 0, '127.0.0.1')
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => io.close() }
}

function joinedStatus(login: string, channel_id: string): ChannelStatus {
  return { channel_login: login, channel_id, state: 'joined', since: 0, gaps: [], clock_skew_ms: null }
}
