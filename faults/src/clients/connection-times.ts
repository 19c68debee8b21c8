import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

export interface Arrivals extends Disposable {
  readonly url: string
  /** When each connection came, by `performance.now()`: also of those for which nobody was there. */
  readonly atMs: readonly number[]
}

/** Passes connections on to a port, and knows when they came. */
export async function watchArrivals(port: number): Promise<Arrivals> {
  const atMs: number[] = []
  const server = createServer((client) => {
    atMs.push(performance.now())
    pipeline(client, connect(port, '127.0.0.1'), client, () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    atMs,
    [Symbol.dispose]: () => void server.close(),
  }
}
