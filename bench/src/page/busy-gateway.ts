import { createServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { listen } from '@chat-battle/runtime/http/listen'
import { BusyChat } from './busy-chat.ts'
import { BusyMessages } from './busy-messages.ts'

/** The gateway's pace for a busy channel. */
const framesPerSecond = 10

interface Haste {
  /** How many times as fast channel time, frames and messages run. */
  speed?: number
  /** Of channel time; without it there are no moments. */
  momentEveryMs?: number
  /** Whether people vote. */
  hasVotes?: boolean
}

export interface BusyGateway extends AsyncDisposable {
  readonly url: string
}

/** A socket with so many packets to send gets no further ones: a browser that is slower than the load would be sent ever older ones. */
const maxWaiting = 50
/** Packets that are due for longer than this are skipped. */
const maxLateMs = 1000

/** A picture of one pixel. */
const picture = Buffer.from('R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')

/**
 * A gateway of busy channels only: each subscription gets 10 frames per second, `messagesPerSecond` further, and each one to
 * messages as many of them in 10 events per second.
 */
export async function startBusyGateway(
  messagesPerSecond: number,
  { speed = 1, momentEveryMs = Infinity, hasVotes = false }: Haste = {},
): Promise<BusyGateway> {
  const startedAtMs = Date.now()
  const now = () => startedAtMs + (Date.now() - startedAtMs) * speed
  const frameEveryMs = 1000 / framesPerSecond / speed
  const chats = new Map<string, BusyChat>()
  const chatOf = (login: string) => {
    const chat = chats.get(login) ?? new BusyChat(login, String(100_000 + chats.size), now)
    chats.set(login, chat)
    return chat
  }
  const idOf = (login: string) => chatOf(login).channelId
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
    const timers: (NodeJS.Timeout | undefined)[] = []
    const send = senderTo(socket)
    socket.on('disconnect', () => timers.forEach((timer) => clearInterval(timer)))
    socket.on('subscribe', (login, ack) => {
      const chat = chatOf(login)
      ack({ ok: true, status: joined(login), stats: chat.frame(), live: null })
      const sendFrame = () => {
        chat.say(messagesPerSecond / framesPerSecond)
        send('stats', chat.frame())
      }
      const sendMoment = () => send('moment', busyMoment(login, idOf(login), now()))
      timers.push(every(frameEveryMs, sendFrame), every(momentEveryMs / speed, sendMoment))
    })
    socket.on('subscribe_chat', (login, ack) => {
      const source = new BusyMessages(`${login}-${socket.id}`)
      ack({ ok: true, status: joined(login) })
      const sendMessages = () => {
        const messages = source.several(messagesPerSecond / framesPerSecond, now(), hasVotes)
        send('messages', { channel_id: idOf(login), messages, skipped: 0 })
      }
      timers.push(every(frameEveryMs, sendMessages))
    })
  })
  const port = await listen(server, 0, '127.0.0.1')
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => io.close() }
}

type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>

function senderTo(socket: LiveSocket) {
  return <E extends keyof ServerToClientEvents>(...event: [E, ...Parameters<ServerToClientEvents[E]>]) => {
    const waiting = Reflect.get(socket.conn, 'writeBuffer') as readonly unknown[]
    if (waiting.length < maxWaiting) socket.emit(...event)
  }
}

/** Calls `act` as often as `everyMs` says, several times at once where the timer is slower, but not for long. */
function every(everyMs: number, act: () => void): NodeJS.Timeout | undefined {
  if (everyMs === Infinity) return undefined
  let dueMs = performance.now() + everyMs
  return setInterval(
    () => {
      dueMs = Math.max(dueMs, performance.now() - maxLateMs)
      for (; dueMs <= performance.now(); dueMs += everyMs) act()
    },
    Math.max(10, everyMs),
  )
}

function busyMoment(channel_login: string, channel_id: string, nowMs: number): Moment {
  const start = Math.round(nowMs)
  return {
    channel_id,
    channel_login,
    start,
    peak: start,
    end: null,
    revision: 1,
    kind: 'chat',
    times_baseline: 4.2,
    message_count: 120,
    people: 80,
    leading: { kind: 'phrase', text: 'gg', emote: null, people: 60, share: 0.5 },
    samples: ['gg', 'what a round'],
    mood: null,
  }
}

function joinedStatus(login: string, channel_id: string): ChannelStatus {
  return { channel_login: login, channel_id, state: 'joined', since: 0, gaps: [], clock_skew_ms: null }
}
