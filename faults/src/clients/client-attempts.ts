import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

/** One handshake of a client. */
export interface Attempt {
  /** Monotonic ms. */
  atMs: number
  client: string
}

export interface AttemptRecorder extends Disposable {
  /** The address for a client: its name is part of every request. */
  url(client: string): string
  /** Every handshake, also while no gateway listens. A client may try both transports in one attempt. */
  readonly attempts: readonly Attempt[]
}

/** A TCP proxy to a port that records the handshakes among the first requests. */
export async function recordAttempts(port: number): Promise<AttemptRecorder> {
  const attempts: Attempt[] = []
  const server = createServer((client) => {
    client.on('error', () => undefined)
    client.once('data', (chunk: Buffer) => {
      const query = new URL(chunk.toString('latin1').split(' ')[1] ?? '', 'http://gateway').searchParams
      if (!query.has('sid')) attempts.push({ atMs: performance.now(), client: query.get('client') ?? '' })
      client.pause()
      client.unshift(chunk)
      pipeline(client, connect(port, '127.0.0.1'), client, () => undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: (client) => `${origin}?client=${client}`,
    attempts,
    [Symbol.dispose]: () => void server.close(),
  }
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
