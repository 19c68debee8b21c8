import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { isForwardingHeader } from './client-address.ts'

/** Who may read metrics and give an operator's commands. */
export const operatorSettings = {
  OPERATOR_TOKEN: z
    .string()
    .min(16, 'expected at least 16 characters')
    .optional()
    .describe(
      'Bearer token that `/metrics` and `/operator` require, at least 16 characters. Default: they answer requests from the machine itself only. Set it where a proxy runs on the same machine.',
    ),
}

/**
 * Whether a request is an operator's: it carries `Authorization: Bearer` with the token; without a token in the settings,
 * it comes from this machine itself: not through a proxy, nor from a page.
 */
export function isOperator(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return isFromThisMachine(request)
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token))
}

function isFromThisMachine({ socket, headers, httpVersion }: IncomingMessage): boolean {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    // A name that leads here by DNS, as that of a page which wants to read this, is none of this machine.
    isLoopbackHost(host) &&
    !Object.keys(headers).some(isForwardingHeader) &&
    // nginx before 1.29.7 speaks it to what it passes requests on to, by default with a loopback Host and no other trace.
    httpVersion !== '1.0' &&
    origin === undefined &&
    (site === 'none' || site === 'same-origin')
  )
}

function isLoopbackHost(host: string): boolean {
  const name = /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(host.toLowerCase())?.[1] ?? ''
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name.replace(/^\[|\]$/g, ''))
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}

/** Of one length whatever the text, as a comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
