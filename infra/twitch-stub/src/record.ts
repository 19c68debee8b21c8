import { once } from 'node:events'
import { parseChannelName } from '@chat-battle/contracts/channel-name'
import { positiveNumber, runCommand, UsageError, UserError } from '@chat-battle/runtime/process/command-line'
import { WebSocket } from 'ws'

const usage = `Records raw chat of up to 20 channels, anonymously: one {"t_ms", "late_ms", "channel", "line"} per line.

  pnpm --silent record CHANNEL… [--minutes 10] > chat.replay.jsonl

TWITCH_IRC_URL names a server other than Twitch's.`

/** Twitch accepts as many JOINs at once. */
const maxChannels = 20

const options = { minutes: { type: 'string', default: '10' } } as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const channels = positionals.map((name) => {
    const login = parseChannelName(name)
    if (login === undefined) throw new UsageError(`${name} is not a channel name`)
    return login
  })
  if (channels.length === 0 || channels.length > maxChannels)
    throw new UsageError(`expected 1 to ${maxChannels} channels, got ${channels.length}`)
  const minutes = positiveNumber('minutes', values.minutes)

  const socket = await connectAnonymously(process.env.TWITCH_IRC_URL ?? 'wss://irc-ws.chat.twitch.tv:443')
  for (const login of channels) socket.send(`JOIN #${login}`)
  const recorder = new Recorder()
  socket.on('message', (data) => {
    for (const line of String(data as Buffer).split('\r\n')) {
      if (line.startsWith('PING')) socket.send(line.replace('PING', 'PONG'))
      const recorded = recorder.record(line, Date.now())
      if (recorded !== undefined) console.log(JSON.stringify(recorded))
    }
  })
  await endOf(socket, minutes * 60_000)
  console.error(`${recorder.count} lines of ${channels.join(', ')}`)
  return 0
})

async function connectAnonymously(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  try {
    await once(socket, 'open')
  } catch (error) {
    throw new UserError(`no connection to ${url}: ${error instanceof Error ? error.message : error}`)
  }
  const nick = `justinfan${10_000 + Math.floor(Math.random() * 90_000)}`
  for (const line of ['CAP REQ :twitch.tv/commands twitch.tv/tags', 'PASS SCHMOOPIIE', `NICK ${nick}`])
    socket.send(line)
  return socket
}

/** Gives each line of chat its time since the first. */
class Recorder {
  count = 0
  #startMs: number | undefined

  record(line: string, nowMs: number) {
    const channel = /^@\S+ :\S+ (?:PRIVMSG|CLEARCHAT|CLEARMSG|USERNOTICE) #(\S+)/.exec(line)?.[1]
    const sentMs = Number(/[@;]tmi-sent-ts=([0-9]+)/.exec(line)?.[1])
    if (channel === undefined || Number.isNaN(sentMs)) return undefined
    this.#startMs ??= sentMs
    this.count++
    const tMs = Math.max(0, nowMs - this.#startMs, sentMs - this.#startMs)
    return { t_ms: tMs, late_ms: this.#startMs + tMs - sentMs, channel, line }
  }
}

/** Resolves when the connection closes, when Ctrl-C or SIGTERM arrives, or after `withinMs`. */
async function endOf(socket: WebSocket, withinMs: number): Promise<void> {
  const ended = Promise.withResolvers<undefined>()
  const end = () => ended.resolve(undefined)
  socket.on('error', (error) => ended.reject(new UserError(`connection lost: ${error.message}`)))
  socket.on('close', end)
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  setTimeout(end, withinMs)
  await ended.promise
}
