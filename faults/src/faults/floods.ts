import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { rawExchange, type RawTarget } from '../raw-http.ts'
import type { Fault } from '../fault.ts'
import { underLoad } from '../under-load.ts'

const channels = ['flooded_a', 'flooded_b', 'flooded_c']
/** The attacker's address; others come from 127.0.0.1. */
const from = '127.0.0.9'
const subscribesPerSecond = 10_000
const subscribeForS = 5
const sockets = 5000
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

const subscribes: Attack = async (target) => {
  let sent = 0
  let refused = 0
  let cutOff = 0
  let socket = open(target)
  for (const endMs = performance.now() + subscribeForS * 1000; performance.now() < endMs; await delay(10)) {
    if (socket.readyState === WebSocket.CLOSED) {
      cutOff++
      socket = open(target)
    }
    if (socket.readyState !== WebSocket.OPEN) continue
    if (socket.listenerCount('message') === 0) {
      socket.on('message', (data) => (refused += String(data as Buffer).includes('rate_limited') ? 1 : 0))
      socket.send('40')
    }
    for (let index = 0; index < subscribesPerSecond / 100; index++, sent++) {
      socket.send(`42${sent % 1000}["subscribe","victim_${sent % 5000}"]`)
    }
  }
  socket.terminate()
  return `${sent} subscribes: ${refused} refused by name, cut off ${cutOff} times`
}

const manySockets: Attack = async (target, { problems }) => {
  const opened = await Promise.all(
    Array.from({ length: sockets }, async (_, index) => {
      await delay(Math.floor(index / 100) * 20)
      const socket = open(target)
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('open', () => resolve(true))
        socket.once('close', () => resolve(false))
      })
      return { socket, isOpen }
    }),
  )
  const admitted = opened.filter(({ isOpen }) => isOpen).length
  for (const { socket } of opened) socket.terminate()
  if (admitted > 60) problems.push(`${admitted} sockets of one address were admitted`)
  return `${sockets} sockets: ${admitted} admitted`
}

const hugeFrames: Attack = async (target, { problems }) => {
  const socket = open(target)
  await new Promise((resolve) => socket.once('open', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.send(Buffer.alloc(hugeBytes, 'x').toString())
  await Promise.race([closed, delay(answerWithinMs)])
  if (socket.readyState !== WebSocket.CLOSED) problems.push('a huge frame was taken')
  socket.terminate()
  const request = `POST /api/channels/victim/watch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${hugeBytes}\r\n\r\n`
  await rawExchange(target, Buffer.concat([Buffer.from(request), Buffer.alloc(hugeBytes)]), answerWithinMs)
  return 'huge frames: cut off'
}

/** Headers that never end. */
const slowLoris: Attack = async ({ port }, { problems }) => {
  const withinMs = 60_000
  const closed = await Promise.all(
    Array.from({ length: slowSockets }, () =>
      rawExchange({ port, from }, 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ', withinMs),
    ),
  )
  const kept = closed.filter((answer) => answer === undefined).length
  if (kept > 0) problems.push(`${kept} slow connections were kept for ${withinMs / 1000} s`)
  const told = closed.filter((answer) => answer?.includes(' 408 ')).length
  return `${slowSockets} slow connections: closed, ${told} with 408`
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
  for (const request of requests) {
    if ((await rawExchange(target, request, answerWithinMs)) === undefined)
      problems.push(`kept open: ${JSON.stringify(request)}`)
  }
  return `${requests.length} malformed upgrades: closed`
}

const path = fc.oneof(
  fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/^https?:\/\/[^/]*/, '') || '/'),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => `/${text}`),
  fc.string({ maxLength: 80 }).map((text) => `/api/channels/${encodeURIComponent(text)}/stats`),
  fc.string({ maxLength: 80 }).map((text) => `/api/channels/${text}/stats?window_start=${text}`),
  fc.constantFrom(
    '/..%2f..%2fetc/passwd',
    '/%00',
    '/api/%E0%A4%A',
    '//evil.example/',
    '/?channels=%ff',
    '*',
    '',
  ),
)
const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'Host',
      'Origin',
      'X-Forwarded-For',
      'Cookie',
      'Content-Length',
      'Transfer-Encoding',
      'Expect',
      'Authorization',
      'Accept',
      'Range',
    ),
    fc.stringMatching(/^[A-Za-z0-9-]{1,30}$/),
    fc.string({ maxLength: 30 }),
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  ),
)
const rawRequest = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE') },
      fc.string({ maxLength: 10 }),
    ),
    path,
    fc.oneof({ weight: 8, arbitrary: fc.constant('HTTP/1.1') }, fc.constantFrom('HTTP/1.0', 'HTTP/9.9', '')),
    // Without one, Node refuses what nobody else gets to see then.
    fc.constantFrom('Host: x', 'Host: x', 'Host: x', ''),
    fc.array(header, { maxLength: 3 }),
  )
  .map(([method, target, version, host, headers]) =>
    [
      `${method} ${target} ${version}`,
      ...(host === '' ? [] : [host]),
      ...headers.map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  )

const fuzz: Attack = async (target, { seed, problems }) => {
  const requests = fc.sample(rawRequest, { numRuns: fuzzed, seed })
  const answers = new Map<string, number>()
  const worker = async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      // From many addresses, so that few of them are refused for being too many.
      const from = `127.0.1.${1 + (requests.length % fuzzedFrom)}`
      const answer = await rawExchange({ ...target, from }, request, answerWithinMs)
      const status = answer === undefined ? 'none' : (/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed')
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
    return underLoad(
      context,
      { name: 'fault-13', channels, linesPerSecond: 100, env: { RATE_LIMIT_PER_MINUTE: '600' } },
      async ({ installation, watcher }) => {
        const problems: string[] = []
        let made = 0
        for (const service of ['gateway', 'web'] as const) {
          const target = { port: Number(new URL(installation.url(service)).port), from }
          for (const attack of attacks) {
            watcher.forget()
            const told = await attack(target, { seed: context.seed, problems })
            made++
            context.say(
              `${service}: ${told}; others at most ${(watcher.stalestMs / 1000).toFixed(1)} s behind`,
            )
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
