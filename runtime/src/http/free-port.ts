import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections: one of those could take the port before it is used. */
const lowest = 10_240
const highest = 32_767

/** A port that is free now, and not likely to be taken soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1))
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
