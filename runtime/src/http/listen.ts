import { once } from 'node:events'
import type { Server } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'

/**
 * Listens on a port, 0 for a free one, and returns the port. On Linux servers can share a port, so that the next version of a
 * service starts to serve before this one stops. Without `isShared` a port in use is an error.
 */
export async function listen(
  server: Server,
  port: number,
  host: string,
  { isShared = false } = {},
): Promise<number> {
  server.listen({ port, host, reusePort: isShared && process.platform === 'linux' })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The host, for a URL, by which this machine reaches a server that listens on an address. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}
