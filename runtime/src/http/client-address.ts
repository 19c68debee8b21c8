import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'
import { list } from '../process/settings.ts'

/** Whether the sender of a request is a proxy whose forwarding headers are believed. */
export type ProxyTrust = (address: string, hop: number) => boolean

/** Whether a proxy adds this header, to show itself or the client. */
export function isForwardingHeader(name: string): boolean {
  return /forwarded|^via$|-ip$|^cf-|^cdn-loop$|^x-envoy-/.test(name)
}

/** Setting: proxies by address or network, or `loopback`, `linklocal`, `uniquelocal`. */
export const proxies = list.refine((given) => {
  try {
    trustIn(given)
    return true
  } catch {
    return false
  }
}, 'expected addresses, networks, loopback, linklocal or uniquelocal')

export function trustIn(proxies: readonly string[]): ProxyTrust {
  return proxyAddr.compile([...proxies])
}

/** Trusts the sender of a request, but no address that it forwards: for a service that only `web` calls. */
export function trustInPeer(proxies: readonly string[]): ProxyTrust {
  const trusts = trustIn(proxies)
  return (address, hop) => hop === 0 && trusts(address, hop)
}

export function isFromProxy({ socket }: IncomingMessage, trusts: ProxyTrust): boolean {
  return trusts(socket.remoteAddress ?? '', 0)
}

/**
 * The address of the client: the last one in `X-Forwarded-For` that is not a trusted proxy's. If a trusted proxy forwards
 * something else than an address, it is the proxy's own.
 */
export function clientAddress(request: IncomingMessage, trusts: ProxyTrust): string {
  return parse(proxyAddr(request, trusts))?.toString() ?? request.socket.remoteAddress ?? ''
}

/** The key of all limits per address: an IPv4 address, or the /64 network of an IPv6 address, which one client owns. */
export function addressKey(address: string): string {
  const parsed = parse(address)
  if (parsed === undefined) return 'unknown'
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`
}

/** IPv4-mapped addresses become IPv4. Some proxies also forward the client's port, which is removed. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const plain = /^(\d+\.\d+\.\d+\.\d+):\d+$|^\[(.+)\](?::\d+)?$/.exec(address)
  const text = plain?.[1] ?? plain?.[2] ?? address
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined
}
