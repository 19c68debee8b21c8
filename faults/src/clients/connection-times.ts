import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

/** One handshake of a client. */
export interface Attempt {
  /** Monotonic ms. */
  atMs: number
  client: string
}

export interface Arrivals extends Disposable {
  /** The address for a client: its name is part of every request. */
  url(client: string): string
  /** Every handshake, also while no gateway listens. A client may try both transports in one attempt. */
  readonly attempts: readonly Attempt[]
}

/** Forwards connections to a port, and records the handshakes among their first requests. */
export async function watchArrivals(port: number): Promise<Arrivals> {
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
