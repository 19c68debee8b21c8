import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorBody } from '@chat-battle/contracts/rest/errors'
import { maxBodyBytes } from '@chat-battle/contracts/rest/route'

type RequestError = ErrorBody['error']

export const malformedTarget: RequestError = {
  kind: 'malformed_request',
  message: 'the path of this request could be understood in more than one way; see /api/openapi.json',
}

export const gatewayAway: RequestError = {
  kind: 'not_ready',
  message: 'the gateway does not answer; try again in a few seconds',
}

export function answerError(response: ServerResponse, status: number, error: RequestError): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error } satisfies ErrorBody))
}

/** Whether a request's body is larger than any route accepts, or of unknown length. */
export function hasOversizedBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxBodyBytes
}

/** Answers 413 once the body is read: closing the connection earlier would reset it and lose the answer. */
export function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  const message = `a request body needs a Content-Length of at most ${maxBodyBytes} bytes`
  request.resume().once('end', () => answerError(response, 413, { kind: 'payload_too_large', message }))
}
