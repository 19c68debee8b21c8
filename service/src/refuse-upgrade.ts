import type { Duplex } from 'node:stream'

/** Answers an upgrade or a tunnel to what is not there with 404, and ends its connection. */
export function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
    socket.destroy(),
  )
}
