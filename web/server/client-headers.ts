import type { IncomingMessage } from 'node:http'
import {
  clientAddress,
  isForwardingHeader,
  isFromProxy,
  type ProxyTrust,
} from '@chat-battle/runtime/http/client-address'

/**
 * Resolves the client's address once for the page and the gateway, and returns it. Replaces all forwarding headers by one
 * address in `X-Forwarded-For`, and by the host in `X-Forwarded-Host` where a trusted proxy sends one.
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
