import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { parseChannelName } from '@chat-battle/contracts/channel-name'
import WebSocket from 'ws'

const usage = `Records raw chat of up to twenty channels, anonymously, as {"t_ms", "late_ms", "channel", "line"} by line.

  pnpm --silent record CHANNEL… [--minutes 10] > chat.replay.jsonl

TWITCH_IRC_URL names another server than Twitch's.`

/** What may be joined at once, within Twitch's limit. */
const maxChannels = 20

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`)
  process.exit(1)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const channels = positionals.map((name) => parseChannelName(name) ?? fail(`${name} is not a channel name`))
const minutes = Number(values.minutes)
if (channels.length === 0 || channels.length > maxChannels) fail(`name 1 to ${maxChannels} channels`)
if (!(minutes > 0)) fail('--minutes is a number above zero')

const socket = new WebSocket(process.env.TWITCH_IRC_URL ?? 'wss://irc-ws.chat.twitch.tv:443')
socket.on('error', (error) => fail(`no connection: ${error.message}`))
await once(socket, 'open')
const nick = `justinfan${10_000 + Math.floor(Math.random() * 90_000)}`
for (const line of ['CAP REQ :twitch.tv/commands twitch.tv/tags', 'PASS SCHMOOPIIE', `NICK ${nick}`])
  socket.send(line)
for (const login of channels) socket.send(`JOIN #${login}`)

let startMs: number | undefined
let written = 0
socket.on('message', (data) => {
  for (const line of String(data as Buffer).split('\r\n')) {
    if (line.startsWith('PING')) socket.send(line.replace('PING', 'PONG'))
    const channel = /^@\S+ :\S+ (?:PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE) #(\S+)/.exec(line)?.[1]
    const sentMs = Number(/[@;]tmi-sent-ts=([0-9]+)/.exec(line)?.[1])
    if (channel === undefined || Number.isNaN(sentMs)) continue
    startMs ??= sentMs
    const tMs = Math.max(0, Date.now() - startMs, sentMs - startMs)
    console.log(JSON.stringify({ t_ms: tMs, late_ms: startMs + tMs - sentMs, channel, line }))
    written++
  }
})
const end = () => {
  console.error(`${written} lines of ${channels.join(', ')}`)
  process.exit(0)
}
socket.on('close', end)
process.once('SIGINT', end)
process.once('SIGTERM', end)
setTimeout(end, minutes * 60_000)
