import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from 'socket.io'
import { startLive } from '@chat-battle/gateway/live.fixture'
import { listen } from '@chat-battle/runtime/http/listen'
import { busyStats, loginOf } from '../busy-stats.ts'
import { childArguments, sendToParent } from '../child.ts'
import type { Load, ServerName, ServerReport } from './load.ts'

type Publish = (channel: number, revision: number) => void

const starters: Record<ServerName, (channels: number) => Promise<{ url: string; publish: Publish }>> = {
  async gateway(channels) {
    const { live, statusView, url } = await startLive(1_000_000, { maxSocketsPerAddress: 1_000_000 })
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
    return { url, publish: (channel, revision) => live.publishStats(busyStats(channel, revision)) }
  },
  async 'Socket.IO'() {
    const http = createServer()
    const io = new Server(http, { serveClient: false })
    io.on('connection', (socket) => {
      socket.on('subscribe', (login: string, ack: (answer: object) => void) => {
        void socket.join(login)
        ack({ ok: true })
      })
    })
    return {
      url: `http://127.0.0.1:${await listen(http, 0, '127.0.0.1')}`,
      publish: (channel, revision) => io.to(loginOf(channel)).emit('stats', busyStats(channel, revision)),
    }
  },
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
  const { url, publish } = await starters[name](load.channels)
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
