import type { IncomingMessage } from 'node:http'
import { isFromProxy, type ProxyTrust } from './client-address.ts'
import type { Logger } from '../process/logger.ts'

/** Addresses that are logged, each once: clients must not fill the log. */
const maxWarned = 20

const consequence = 'until then all its clients share the limits of one address'
const alsoOperators = 'and pass for this machine itself where OPERATOR_TOKEN is not set'

/** Logs which setting is missing when a proxy makes all clients look like one. */
export class ProxyNotice {
  readonly #setting: string
  readonly #trusts: ProxyTrust
  readonly #logger: Logger
  readonly #warned = new Set<string>()

  /** `setting`: name of the setting that `trusts` comes from. */
  constructor(setting: string, trusts: ProxyTrust, logger: Logger) {
    this.#setting = setting
    this.#trusts = trusts
    this.#logger = logger
  }

  /** Takes requests as they arrived, with the headers of proxies. */
  check(request: IncomingMessage): void {
    const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    if (this.#warned.has(peer) || this.#warned.size >= maxWarned) return
    const warning = this.#warningOf(request, peer)
    if (warning === undefined) return
    this.#warned.add(peer)
    this.#logger.warn({ peer }, warning)
  }

  #warningOf(request: IncomingMessage, peer: string): string | undefined {
    const { forwarded, 'x-forwarded-for': forwardedFor, origin, 'sec-fetch-site': site } = request.headers
    const isTrusted = isFromProxy(request, this.#trusts)
    const trust = `set ${this.#setting}=${peer}`
    if (!isTrusted && (forwardedFor ?? forwarded) !== undefined)
      return `X-Forwarded-For of ${peer} is ignored; if that is a proxy of yours, ${trust}: ${consequence}`
    // The services do not serve HTTPS, so a page with an HTTPS origin comes through a proxy.
    const isBehindHttps = origin?.startsWith('https:') && !/^(cross|same)-site$/.test(site ?? '')
    if (forwardedFor !== undefined || !isBehindHttps) return undefined
    const forward = 'let it send X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $remote_addr)'
    const [remedy, effect] = isTrusted
      ? [forward, `${consequence}, ${alsoOperators}`]
      : [`${forward} and ${trust}`, consequence]
    return `HTTPS ends at ${peer}, which forwards no address; ${remedy}: ${effect}`
  }
}
