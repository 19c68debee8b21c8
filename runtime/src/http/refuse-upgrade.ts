import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorBody } from '@chat-battle/contracts/rest/errors'

const nothingThere = { kind: 'route_not_found', message: 'there is nothing to connect to here' } as const

/** Answers an upgrade or a tunnel with an error, by default 404, and ends its connection. */
export function refuseUpgrade(socket: Duplex, status = 404, error: ErrorBody['error'] = nothingThere): void {
  const body = JSON.stringify({ error } satisfies ErrorBody)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
