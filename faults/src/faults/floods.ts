import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { maxChannelsPerSocket } from '@chat-battle/contracts/live'
import { rawRequest } from '../fuzzed-requests.ts'
import { rawExchange, type RawTarget } from '../raw-http.ts'
import type { Fault } from '../fault.ts'
import { underLoad } from '../under-load.ts'
import { maxStaleMs } from '../watcher.ts'

const channels = ['flooded_a', 'flooded_b', 'flooded_c']
/** The attacker's address; others come from 127.0.0.1. */
const from = '127.0.0.9'
const subscribesPerSecond = 10_000
const subscribeForS = 5
const sockets = 5000
const socketsPerAddress = 50
/** The close code of a message that is too big: RFC 6455, 7.4.1. */
const tooBig = 1009
const hugeBytes = 5 * 1024 * 1024
const slowSockets = 200
const fuzzed = 5000
const fuzzedAtOnce = 40
const fuzzedFrom = 200
const answerWithinMs = 20_000
const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'

type Attack = (target: RawTarget, context: { seed: number; problems: string[] }) => Promise<string>

function open({ port }: RawTarget): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    localAddress: from,
  })
  socket.on('error', () => undefined)
  return socket
}

/** The status of an answer; `none` where the connection was kept without one, `closed` where it ended without one. */
function statusOf(answer: string | undefined): string {
  return answer === undefined ? 'none' : (/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed')
}

function isRefusal(status: string): boolean {
  return /^4\d\d$/.test(status)
}

const subscribes: Attack = async (target, { problems }) => {
  let sent = 0
  let refused = 0
  let accepted = 0
  let sockets = 1
  let socket = open(target)
  const count = (data: string) => {
    if (data.includes('rate_limited')) refused++
    else if (data.startsWith('43')) accepted += data.includes('"ok":true') ? 1 : 0
  }
  const beganMs = performance.now()
  // What is due while it is cut off is sent as soon as it is back.
  for (; sent < subscribesPerSecond * subscribeForS; await delay(10)) {
    if (socket.readyState === WebSocket.CLOSED) {
      sockets++
      socket = open(target)
    }
    if (socket.readyState !== WebSocket.OPEN) continue
    if (socket.listenerCount('message') === 0) {
      socket.on('message', (data) => count(String(data as Buffer)))
      socket.send('40')
    }
    for (const due = ((performance.now() - beganMs) / 1000) * subscribesPerSecond; sent < due; sent++) {
      socket.send(`42${sent % 1000}["subscribe","victim_${sent % 5000}"]`)
    }
  }
  const tookS = (performance.now() - beganMs) / 1000
  socket.terminate()
  if (refused === 0) problems.push('no subscribe was told to be one too many')
  if (accepted > sockets * maxChannelsPerSocket) problems.push(`${accepted} subscribes were accepted`)
  return `${sent} subscribes in ${tookS.toFixed(1)} s: ${accepted} accepted, ${refused} refused by name, cut off ${sockets - 1} times`
}

/** Tells a socket that opens from one that is refused, and how: with a reason or by a closed connection only. */
function outcome(socket: WebSocket): Promise<'open' | 'told' | 'closed'> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('close', () => resolve('closed'))
    socket.once('unexpected-response', (request, response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('close', () => {
        resolve(body.includes('too_many_connections') ? 'told' : 'closed')
        request.destroy()
      })
    })
  })
}

const manySockets: Attack = async (target, { problems }) => {
  const opened = await Promise.all(
    Array.from({ length: sockets }, async (_, index) => {
      await delay(Math.floor(index / 100) * 20)
      const socket = open(target)
      return { socket, is: await outcome(socket) }
    }),
  )
  const number = (wanted: (typeof opened)[number]['is']) => opened.filter(({ is }) => is === wanted).length
  const [admitted, told, closed] = [number('open'), number('told'), number('closed')]
  for (const { socket } of opened) socket.terminate()
  if (admitted > socketsPerAddress) problems.push(`${admitted} sockets of one address were admitted`)
  if (closed > 0) problems.push(`${closed} sockets were refused without a word`)
  return `${sockets} sockets: ${admitted} admitted, ${told} refused by name`
}

const hugeFrames: Attack = async (target, { problems }) => {
  const socket = open(target)
  await new Promise((resolve) => socket.once('open', resolve))
  const closed = new Promise<number | undefined>((resolve) => {
    socket.once('close', (code) => resolve(code))
    setTimeout(() => resolve(undefined), answerWithinMs).unref()
  })
  socket.send(Buffer.alloc(hugeBytes, 'x').toString())
  const code = await closed
  if (code !== tooBig) problems.push(`a huge frame: ${code === undefined ? 'taken' : `closed with ${code}`}`)
  socket.terminate()
  const request = `POST /api/channels/victim/watch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${hugeBytes}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(request), Buffer.alloc(hugeBytes)])
  const answer = statusOf(await rawExchange(target, body, answerWithinMs))
  if (!isRefusal(answer)) problems.push(`a huge body: ${answer}`)
  return `huge frames: closed with ${code}; huge bodies: ${answer}`
}

/** Headers that never end. */
const slowLoris: Attack = async ({ port }, { problems }) => {
  const withinMs = 60_000
  const closed = await Promise.all(
    Array.from({ length: slowSockets }, () =>
      rawExchange({ port, from }, 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ', withinMs),
    ),
  )
  const told = closed.filter((answer) => statusOf(answer) === '408').length
  if (told !== slowSockets) problems.push(`${told} of ${slowSockets} slow connections were told to be`)
  return `${slowSockets} slow connections: ${told} closed with 408`
}

const malformedUpgrades: Attack = async (target, { problems }) => {
  const requests = [
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET /socket.io/?EIO=99&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET /socket.io/?EIO=4&transport=telepathy HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
    `GET /socket.io/?EIO=4&transport=websocket&sid=stolen HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET http://[::1 HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
    `GET //socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`,
  ]
  const answers: string[] = []
  for (const request of requests) {
    const answer = statusOf(await rawExchange(target, request, answerWithinMs))
    answers.push(answer)
    if (!isRefusal(answer)) problems.push(`${answer} to ${JSON.stringify(request)}`)
  }
  return `${requests.length} malformed upgrades: ${answers.join(', ')}`
}

const fuzz: Attack = async (target, { seed, problems }) => {
  const requests = fc.sample(rawRequest, { numRuns: fuzzed, seed })
  const answers = new Map<string, number>()
  const worker = async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      // From many addresses, so that few of them are refused for being too many.
      const from = `127.0.1.${1 + (requests.length % fuzzedFrom)}`
      const status = statusOf(await rawExchange({ ...target, from }, request, answerWithinMs))
      answers.set(status, (answers.get(status) ?? 0) + 1)
      // One that promises a body is waited for, as long as a request may take.
      if (
        status === '500' ||
        (status === 'none' && !/content-length|transfer-encoding|expect/i.test(request))
      )
        problems.push(`${status} to ${JSON.stringify(request.slice(0, 200))}`)
    }
  }
  await Promise.all(Array.from({ length: fuzzedAtOnce }, worker))
  const told = [...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} × ${status}`)
  return `${fuzzed} fuzzed requests: ${told.join(', ')}`
}

const attacks: readonly Attack[] = [subscribes, manySockets, hugeFrames, slowLoris, malformedUpgrades, fuzz]

export const floods: Fault = {
  rows: [{ id: 13, name: 'floods, slow and malformed requests' }],
  hasShortForm: false,
  run(context) {
    const env = { RATE_LIMIT_PER_MINUTE: '600', MAX_SOCKETS_PER_ADDRESS: String(socketsPerAddress) }
    return underLoad(
      context,
      { name: 'fault-13', channels, linesPerSecond: 100, env },
      async ({ installation, watcher }) => {
        const problems: string[] = []
        let made = 0
        for (const service of ['gateway', 'web'] as const) {
          const target = { port: Number(new URL(installation.url(service)).port), from }
          for (const attack of attacks) {
            watcher.forget()
            const told = await attack(target, { seed: context.seed, problems })
            made++
            const { stalestMs } = watcher
            context.say(`${service}: ${told}; others at most ${(stalestMs / 1000).toFixed(1)} s behind`)
            if (stalestMs > maxStaleMs) problems.push(`others were ${stalestMs} ms behind: ${told}`)
            await watcher.recovered(Date.now())
          }
        }
        const deaths = (['gateway', 'web', 'ingest', 'processor'] as const).filter(
          (name) => installation.process(name).deaths > 0,
        )
        problems.push(...deaths.map((name) => `${name} died`))
        return {
          times: made,
          problems,
          notes: ['on the gateway and on the page’s server', 'no process died'],
        }
      },
    )
  },
}
