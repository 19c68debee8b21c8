import { connect } from 'node:net'

export interface RawTarget {
  port: number
  /** The loopback address that it comes from: an attacker's own. */
  from: string
}

/** Writes bytes to a port; gives what comes back until the other side closes, or undefined if it has not within `withinMs`. */
export async function rawExchange(
  { port, from }: RawTarget,
  bytes: string | Buffer,
  withinMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    let received = ''
    const timer = setTimeout(() => {
      socket.destroy()
      resolve(undefined)
    }, withinMs)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (data) => {
      if (received.length < 10_000) received += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(received)
    })
  })
}
