import type { IncomingMessage } from 'node:http'
import { isFromProxy, type ProxyTrust } from '@chat-battle/runtime/http/client-address'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { TokenBucket } from './token-bucket.ts'

/** Limits the log: a flood of refusals must not fill it. */
const logBurst = 3
const logsPerSecond = 1 / 20
const loggedLength = 200

export interface OriginRules {
  /** Foreign origins whose pages may call this service. */
  corsOrigins: readonly string[]
  trustsProxy: ProxyTrust
  logger: Logger
}

/** Recognizes requests that a browser sends for the page of another site. */
export class OriginGuard {
  readonly #rules: OriginRules
  readonly #logs = new TokenBucket(logBurst, logsPerSecond)

  constructor(rules: OriginRules) {
    this.#rules = rules
  }

  /**
   * Judges by headers that a browser sets and no page can change: `Sec-Fetch-Site` (over HTTPS and on localhost), and
   * `Origin`, compared with this service's own hosts. Clients other than browsers send neither, and are not foreign.
   */
  isForeign(request: IncomingMessage): boolean {
    const { origin, 'sec-fetch-site': site } = request.headers
    if (site === 'same-origin') return false
    if (origin === undefined) return site !== undefined && site !== 'none'
    if (this.#rules.corsOrigins.includes(origin)) return false
    return !this.#ownHosts(request).some((host) => isHostOf(origin, host))
  }

  /** Like `isForeign`, and logs the compared hosts. */
  refuses(request: IncomingMessage): boolean {
    if (!this.isForeign(request)) return false
    if (this.#logs.take()) this.#log(request)
    return true
  }

  #ownHosts(request: IncomingMessage): string[] {
    const { host = '', 'x-forwarded-host': forwarded = '' } = request.headers
    if (!isFromProxy(request, this.#rules.trustsProxy)) return [host]
    // Each proxy appends its own host, so the first is the browser's.
    return [host, String(forwarded).split(',')[0]?.trim() ?? '']
  }

  #log({ headers }: IncomingMessage): void {
    const named = ['origin', 'host', 'x-forwarded-host', 'sec-fetch-site'].map((name) => [
      name.replaceAll('-', '_'),
      headers[name]?.slice(0, loggedLength),
    ])
    this.#rules.logger.warn(
      Object.fromEntries(named) as Record<string, unknown>,
      'foreign origin refused; if it is yours, let the proxy in front pass on the Host that the browser sends, with its port (nginx: proxy_set_header Host $http_host), or add the origin to CORS_ORIGINS',
    )
  }
}

/** Compares as URLs do: in lower case, without the default port of the origin's scheme. */
function isHostOf(origin: string, host: string): boolean {
  const own = URL.parse(origin)
  return own !== null && own.host !== '' && own.host === URL.parse(`${own.protocol}//${host}`)?.host
}
