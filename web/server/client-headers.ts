import type { IncomingMessage } from 'node:http'
import {
  clientAddress,
  isForwardingHeader,
  isFromProxy,
  type ProxyTrust,
} from '@chat-battle/runtime/http/client-address'

/**
 * Resolves who sent a request, once for all that comes after, and gives the address. In place of what proxies and the client
 * wrote down, the request then has one address in `X-Forwarded-For`, and the host in `X-Forwarded-Host` if a trusted
 * proxy forwards one.
 */
export function resolveClient(request: IncomingMessage, trusts: ProxyTrust): string {
  const { headers } = request
  const address = clientAddress(request, trusts)
  const host = isFromProxy(request, trusts) ? headers['x-forwarded-host'] : undefined
  for (const name of Object.keys(headers).filter(isForwardingHeader)) Reflect.deleteProperty(headers, name)
  headers['x-forwarded-for'] = address
  if (host !== undefined) headers['x-forwarded-host'] = host
  return address
}
