import { STATUS_CODES } from 'node:http'
import type { ErrorBody } from '@chat-battle/contracts/errors'
import { errorStatus } from '../error-status.ts'
import { refusals, type HandshakeRequest, type Refusal } from './admission.ts'

/** What Engine.IO 6 emits as `connection_error` before it answers by itself (engine.io/build/server.js). */
export interface HandshakeError {
  req: HandshakeRequest & { websocket?: unknown }
  message: string
  /** Of a refusal by `allowRequest`: what that gave as its reason. */
  context?: { message?: string }
}

/**
 * Answers a refused handshake with the one shape that every error has. Engine.IO would answer `{"code", "message"}`, and 400
 * to each upgrade; it leaves an answer alone that is there already.
 */
export function refuseHandshake({ req, message, context }: HandshakeError): void {
  const kind: Refusal = isRefusal(context?.message) ? context.message : 'malformed_request'
  const body = JSON.stringify({
    error: { kind, message: isRefusal(context?.message) ? refusals[kind] : message },
  } satisfies ErrorBody)
  const status = errorStatus[kind]
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  }
  if (req.res !== undefined) {
    if (!req.res.headersSent) req.res.writeHead(status, headers).end(body)
  } else if (req.websocket === undefined && req.socket.writable) {
    const lines = Object.entries({ Connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    req.socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'))
  }
}

function isRefusal(text: string | undefined): text is Refusal {
  return text !== undefined && Object.hasOwn(refusals, text)
}
