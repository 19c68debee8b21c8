import { connect } from 'node:net'

export interface RawTarget {
  port: number
  /** The loopback address that the request comes from. */
  from: string
}

export interface RawExchange {
  /** What the other side sent until it closed; undefined if it did not close in time. */
  answer: string | undefined
  tookMs: number
}

/** Writes bytes to a port, with `dripEveryMs` one more byte per interval, and reads until the other side closes or time is up. */
export async function rawExchange(
  { port, from }: RawTarget,
  bytes: string | Buffer,
  withinMs: number,
  { dripEveryMs }: { dripEveryMs?: number } = {},
): Promise<RawExchange> {
  const startedMs = performance.now()
  const answer = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    let received = ''
    const drip =
      dripEveryMs === undefined ? undefined : setInterval(() => socket.write('x'), dripEveryMs).unref()
    const timer = setTimeout(() => {
      resolve(undefined)
      socket.destroy()
    }, withinMs)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (data) => {
      if (received.length < 10_000) received += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(drip)
      clearTimeout(timer)
      resolve(received)
    })
  })
  return { answer, tookMs: performance.now() - startedMs }
}
