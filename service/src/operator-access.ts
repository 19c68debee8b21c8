import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { z } from 'zod'

/** Who may read metrics and give an operator's commands. */
export const operatorSettings = {
  OPERATOR_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
}

/**
 * Whether a request is an operator's: it carries `Authorization: Bearer` with the token; without a token in the settings,
 * it comes from this machine itself, and not through a proxy.
 */
export function isOperator(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) {
    return isLoopback(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined
  }
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token))
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** Of one length whatever the text, as a comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
