import type { IncomingMessage } from 'node:http'
import proxyAddr from 'proxy-addr'
import { list } from './settings.ts'

/** Whether an address is that of a proxy whose `X-Forwarded-For` is believed. */
export type ProxyTrust = (address: string, hop: number) => boolean

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

/** The address that a request came from: the last one that no trusted proxy could have made up. */
export function clientAddress(request: IncomingMessage, trusts: ProxyTrust): string {
  return proxyAddr(request, trusts)
}
