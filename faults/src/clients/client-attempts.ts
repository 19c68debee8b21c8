import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

/** Handshakes of a client within this time of its first one belong to the same reconnection. */
const reconnectionMs = 250

/** One handshake of a client. */
export interface Attempt {
  /** Monotonic ms. */
  atMs: number
  client: string
}

export interface AttemptRecorder extends Disposable {
  /** An address of the gateway for one client. */
  open(client: string): Promise<string>
  /** Every handshake, also while no gateway listens. */
  readonly attempts: readonly Attempt[]
}

/**
 * TCP proxies to a port that record the handshakes among the first requests. Each client has a proxy of its own: a shared one has
 * thousands of connections in TIME_WAIT, and a new connection of the same two ports as one of them is delayed by a second.
 */
export function recordAttempts(port: number): AttemptRecorder {
  const attempts: Attempt[] = []
  const servers: Server[] = []
  return {
    async open(client) {
      const server = createServer((socket) => {
        proxyTo(port, socket, () => attempts.push({ atMs: performance.now(), client }))
      })
      servers.push(server)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    attempts,
    [Symbol.dispose]: () => servers.forEach((server) => server.close()),
  }
}

function proxyTo(port: number, client: Socket, onHandshake: () => void): void {
  client.on('error', () => undefined)
  client.once('data', (chunk: Buffer) => {
    const query = new URL(chunk.toString('latin1').split(' ')[1] ?? '', 'http://gateway').searchParams
    if (!query.has('sid')) onHandshake()
    client.pause()
    client.unshift(chunk)
    pipeline(client, connect(port, '127.0.0.1'), client, () => undefined)
  })
}

/**
 * The first handshake of each reconnection. A client whose WebSocket fails tries Socket.IO's and long polling at once: that is
 * one reconnection, however late a busy process comes to its parts.
 */
export function reconnections(attempts: readonly Attempt[]): Attempt[] {
  const beganAtMs = new Map<string, number>()
  return attempts.filter(({ atMs, client }) => {
    if (atMs - (beganAtMs.get(client) ?? -Infinity) < reconnectionMs) return false
    beganAtMs.set(client, atMs)
    return true
  })
}

/** The greatest number of clients that try within any stretch of `lengthMs`; `attempts` in their order. */
export function mostClientsWithin(attempts: readonly Attempt[], lengthMs: number): number {
  const trying = new Map<string, number>()
  let most = 0
  let first = 0
  for (const { atMs, client } of attempts) {
    trying.set(client, (trying.get(client) ?? 0) + 1)
    for (; atMs - (attempts[first]?.atMs ?? atMs) >= lengthMs; first++) {
      const past = attempts[first]?.client ?? ''
      const left = (trying.get(past) ?? 1) - 1
      if (left === 0) trying.delete(past)
      else trying.set(past, left)
    }
    most = Math.max(most, trying.size)
  }
  return most
}
