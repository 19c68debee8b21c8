import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { isForwardingHeader } from './client-address.ts'

/** Settings of who may read metrics and use operator routes. */
export const operatorSettings = {
  OPERATOR_TOKEN: z
    .string()
    .min(16, 'expected at least 16 characters')
    .optional()
    .describe(
      'Bearer token that `/metrics` and the API for operators require, at least 16 characters. Default: they answer requests from the machine itself only, which the page never is. Set it for the page `/operator`, and where a proxy runs on the same machine.',
    ),
}

/**
 * Whether a request is an operator's: it has `Authorization: Bearer` with the token. Without a token in the settings it must come
 * from this machine itself, neither through a proxy nor from a page of another origin.
 */
export function isOperator(
  request: IncomingMessage,
  token: string | undefined,
  given = bearerToken(request),
): boolean {
  if (token === undefined) return isFromThisMachine(request)
  return timingSafeEqual(digest(given), digest(token))
}

function bearerToken({ headers }: IncomingMessage): string {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
}

function isFromThisMachine({ socket, headers, httpVersion }: IncomingMessage): boolean {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    // A page may use a name that DNS resolves to this machine (DNS rebinding), so only loopback names count.
    isLoopbackHost(host) &&
    !Object.keys(headers).some(isForwardingHeader) &&
    // nginx before 1.29.7 proxies by HTTP/1.0 and by default sends a loopback Host and no other trace.
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

/** A constant-time comparison needs values of equal length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
