import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Listens on a port, 0 for a free one; gives the port. On Linux it may be shared, so that the next version of a service can
 * begin to serve before this one stops.
 */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, reusePort: process.platform === 'linux' })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
