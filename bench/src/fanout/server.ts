import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from 'socket.io'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { toShownMessage, type ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { startLive } from '@chat-battle/gateway/live.fixture'
import { listen } from '@chat-battle/runtime/http/listen'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { busyStats, loginOf } from '../busy-stats.ts'
import { childArguments, sendToParent } from '../child.ts'
import type { Load, ServerName, ServerReport } from './load.ts'

type Publish = (channel: number, revision: number) => void

const chatBatchMs = 100

/** A message as a busy chat has them. */
function busyMessage(channel: number, count: number): ChatMessage {
  const { channel_id, channel_login } = busyStats(channel, 0)
  return message(1_700_000_000_000 + count, {
    ...{ channel_id, channel_login, user_id: String(count % 500), username: `some_login_${count % 500}` },
    message: 'that was close, what a play Kappa',
    emotes: [{ id: '25', name: 'Kappa', start: 28, end: 33, provider: 'twitch' }],
    badges: { subscriber: '12' },
  })
}

const starters: Record<ServerName, (load: Load) => Promise<{ url: string; publish: Publish }>> = {
  async gateway({ kind, channels }) {
    const unlimited = { maxSocketsPerAddress: 1_000_000, maxChatsPerAddress: 1_000_000 }
    const { live, statusView, url, chatSource } = await startLive(1_000_000, unlimited)
    for (let channel = 0; channel < channels; channel++) {
      statusView.apply({
        channel_login: loginOf(channel),
        channel_id: busyStats(channel, 0).channel_id,
        state: 'joined',
        since: 1,
        gaps: [],
        clock_skew_ms: null,
        ingest: 'bench',
        epoch: 1,
        heard_until: null,
      })
    }
    const publish: Publish =
      kind === 'chat'
        ? (channel, count) => chatSource.append(busyMessage(channel, count))
        : (channel, revision) => live.publishStats(busyStats(channel, revision))
    return { url, publish }
  },
  async 'Socket.IO'({ kind }) {
    const http = createServer()
    const io = new Server(http, { serveClient: false })
    io.on('connection', (socket) => {
      for (const event of ['subscribe', 'subscribe_chat'])
        socket.on(event, (login: string, ack: (answer: object) => void) => {
          void socket.join(login)
          ack({ ok: true })
        })
    })
    const url = `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`
    return { url, publish: kind === 'chat' ? batched(io) : publishTo(io) }
  },
}

function publishTo(io: Server): Publish {
  return (channel, revision) => io.to(loginOf(channel)).emit('stats', busyStats(channel, revision))
}

/** The messages of each channel since the last batch, as the gateway shows them. */
function batched(io: Server): Publish {
  const waiting = new Map<number, ShownMessage[]>()
  setInterval(() => {
    for (const [channel, messages] of waiting) {
      const { channel_id } = busyStats(channel, 0)
      io.to(loginOf(channel)).emit('messages', { channel_id, messages, skipped: 0 })
    }
    waiting.clear()
  }, chatBatchMs)
  return (channel, count) => {
    const shown = toShownMessage(busyMessage(channel, count))
    if (shown !== undefined) waiting.set(channel, [...(waiting.get(channel) ?? []), shown])
  }
}

/** Publishes a frame of each channel per interval, `batchMs` of them in one turn as a Kafka fetch brings them. */
async function publishFor(ms: number, load: Load, publish: Publish): Promise<number> {
  const framesPerMs = (load.channels * load.framesPerSecond) / 1000
  const beganMs = performance.now()
  let frames = 0
  for (let nextMs = 0; nextMs < ms; nextMs += load.batchMs) {
    await delay(Math.max(0, beganMs + nextMs - performance.now()))
    for (; frames < nextMs * framesPerMs; frames++)
      publish(frames % load.channels, Math.floor(frames / load.channels) + 1)
  }
  return frames
}

async function serve(name: ServerName, load: Load): Promise<void> {
  const { url, publish } = await starters[name](load)
  sendToParent({ url })
  process.on('message', (ms: number) => {
    const before = process.cpuUsage()
    void publishFor(ms, load, publish).then(async (frames) => {
      await delay(200)
      const { user, system } = process.cpuUsage(before)
      sendToParent({ frames, cpuUs: user + system } satisfies ServerReport)
    })
  })
}

const [name, load] = childArguments<[ServerName, Load]>()
await serve(name, load)
