import { refuseUpgrade } from '@chat-battle/runtime/http/refuse-upgrade'
import type { ErrorBody } from '@chat-battle/contracts/rest/errors'
import { errorStatus } from '@chat-battle/contracts/rest/errors'
import { refusals, type HandshakeRequest, type Refusal } from '../limits/admission.ts'

/** The `connection_error` that Engine.IO 6 emits before it answers by itself (engine.io/build/server.js). */
export interface HandshakeError {
  req: HandshakeRequest & { websocket?: unknown }
  message: string
  /** The reason that `allowRequest` gave, if it refused. */
  context?: { message?: string }
}

/**
 * Answers a refused handshake with the error body of every other answer. Engine.IO would answer `{"code", "message"}`, and
 * each upgrade by 400; it does not answer a second time.
 */
export function refuseHandshake({ req, message, context }: HandshakeError): void {
  const reason = context?.message
  const error: ErrorBody['error'] = isRefusal(reason)
    ? { kind: reason, message: refusals[reason] }
    : { kind: 'malformed_request', message }
  const status = errorStatus[error.kind]
  if (req.res !== undefined) {
    if (req.res.headersSent) return
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
    req.res.writeHead(status, headers).end(JSON.stringify({ error } satisfies ErrorBody))
  } else if (req.websocket === undefined && req.socket.writable) refuseUpgrade(req.socket, status, error)
}

function isRefusal(text: string | undefined): text is Refusal {
  return text !== undefined && Object.hasOwn(refusals, text)
}
