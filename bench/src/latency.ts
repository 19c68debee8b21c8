import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { io, type Socket } from 'socket.io-client'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { allJoined } from '@chat-battle/twitch-stub/play'
import { startTwitch } from '@chat-battle/twitch-stub/server'

const usage = `Measures the time from a line on the IRC socket to the stats frame with it at a subscribed client.

  pnpm bench:latency [--rate 200] [--channels 6] [--seconds 30] [--url http://localhost:3000] [--port 3002]

Start the installation beside it with TWITCH_IRC_URL=ws://127.0.0.1:3002 and nothing else listening there.`

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    channels: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '30' },
    url: { type: 'string', default: 'http://localhost:3000' },
    port: { type: 'string', default: '3002' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const rate = Number(values.rate)
const seconds = Math.min(Number(values.seconds), 300)
const run = Date.now().toString(36)
const channels = Array.from({ length: Number(values.channels) }, (_, index) => `bench${run}${index}`)

await using server = await startTwitch({ port: Number(values.port) })
const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(values.url, {
  transports: ['websocket'],
})

/** By channel: when each line that no frame has shown yet was sent, oldest first; and how many a frame has shown. */
const unseen = new Map(channels.map((login) => [login, [] as number[]]))
const shown = new Map<string, Map<number, number>>()
const latencies: number[] = []
let frames = 0
socket.on('stats', (stats) => {
  const nowMs = performance.now()
  frames++
  const byWindow = shown.get(stats.channel_login) ?? new Map<number, number>()
  shown.set(stats.channel_login, byWindow)
  const news = stats.message_count - (byWindow.get(stats.window_start) ?? 0)
  if (news <= 0) return
  byWindow.set(stats.window_start, stats.message_count)
  for (const sentMs of unseen.get(stats.channel_login)?.splice(0, news) ?? []) latencies.push(nowMs - sentMs)
})
for (const login of channels) await socket.emitWithAck('subscribe', login)
await allJoined(server, channels, AbortSignal.timeout(60_000))

const beganMs = performance.now()
let sent = 0
while (performance.now() - beganMs < seconds * 1000) {
  for (const due = ((performance.now() - beganMs) / 1000) * rate; sent < due; sent++) {
    const login = channels[sent % channels.length] ?? ''
    const person = {
      id: `${sent % 500}`,
      login: `p${sent % 500}`,
      displayName: 'P',
      isSubscriber: false,
      badges: '',
    }
    const room = { login, id: server.roomId(login) }
    unseen.get(login)?.push(performance.now())
    server.say(
      login,
      privmsg(room, person, { id: `${run}-${sent}`, timestamp: Date.now(), text: 'hello there' }),
    )
  }
  await delay(2)
}
const deadlineMs = performance.now() + 10_000
while (latencies.length < sent && performance.now() < deadlineMs) await delay(20)
socket.close()

latencies.sort((a, b) => a - b)
const at = (share: number) =>
  `${(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN).toFixed(1)} ms`
console.log(
  `${sent} lines at ${rate}/s over ${channels.length} channels, ${latencies.length} shown, ${frames} frames`,
)
console.log(`median ${at(0.5)}  90th ${at(0.9)}  99th ${at(0.99)}  greatest ${at(1)}`)
process.exit(latencies.length === sent ? 0 : 1)
