import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import ipaddr from 'ipaddr.js'

/** The request is not sent: its address is none that a stranger may name. The message names the reason. */
export class AddressRefused extends Error {}

export interface PostOptions {
  /** For everything: the name, the connection, the whole answer. */
  withinMs: number
  /** Of the answer. */
  maxBytes: number
  signal?: AbortSignal
  /** As `host:port`: receivers of this installation's own network, which may also be reached by http. */
  privateHosts: readonly string[]
  /** All addresses of a name. */
  addressesOf?: (host: string) => Promise<LookupAddress[]>
}

export interface PostAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
}

/** Throws `AddressRefused` for a URL that is not https, has a user name or password, or names a private address. */
export function checkPublicUrl(text: string, privateHosts: readonly string[]): URL {
  const url = URL.parse(text)
  if (url === null) throw new AddressRefused('not a URL')
  if (url.username !== '' || url.password !== '')
    throw new AddressRefused('a URL with a user name or password is not accepted')
  if (isPrivateHost(url, privateHosts)) return url
  if (url.protocol !== 'https:') throw new AddressRefused('only https is accepted')
  const host = hostOf(url)
  if (isIP(host) !== 0 && !isPublic(host)) throw new AddressRefused(`${host} is not a public address`)
  return url
}

/**
 * Posts JSON to a URL that a stranger may have named. The name is resolved once, each of its addresses must be public, and the
 * connection goes to one of these, so that an answer of DNS which changes reaches nothing inside (DNS rebinding). Follows no
 * redirect. Rejects with `AddressRefused`, or with the error of the connection.
 */
export async function postPublic(text: string, json: unknown, options: PostOptions): Promise<PostAnswer> {
  const url = checkPublicUrl(text, options.privateHosts)
  const timeout = AbortSignal.timeout(options.withinMs)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal])
  const address = await raced(pinnedAddress(url, options), signal)
  const body = Buffer.from(JSON.stringify(json))
  return post(url, body, address, options.maxBytes, signal)
}

const resolveAll = promisify(resolve)

async function pinnedAddress(url: URL, { privateHosts, addressesOf }: PostOptions): Promise<LookupAddress> {
  const host = hostOf(url)
  const family = isIP(host)
  const lookUp = addressesOf ?? ((name: string) => resolveAll(name, { all: true }))
  const addresses = family === 0 ? await lookUp(host) : [{ address: host, family }]
  const [first] = addresses
  if (first === undefined) throw new AddressRefused(`${host} has no address`)
  const isAllowed = isPrivateHost(url, privateHosts) || addresses.every(({ address }) => isPublic(address))
  if (!isAllowed) throw new AddressRefused(`${host} is not at a public address`)
  return first
}

function post(
  url: URL,
  body: Buffer,
  { address, family }: LookupAddress,
  maxBytes: number,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const pinned: LookupFunction = (_host, { all }, callback) => {
    if (all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
  const options: RequestOptions = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': 'chat-battle',
    },
    lookup: pinned,
    agent: false,
    signal,
  }
  const { promise, resolve: answer, reject } = Promise.withResolvers<PostAnswer>()
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      // The status says it all: the rest of an endless answer is not read.
      if (bytes > maxBytes) request.destroy()
    })
    response.on('error', () => undefined)
    answer({ status: response.statusCode ?? 0, headers: response.headers })
  })
  request.on('error', reject)
  request.end(body)
  return promise
}

async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}

function isPrivateHost(url: URL, privateHosts: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return /^https?:$/.test(url.protocol) && privateHosts.includes(`${url.hostname}:${port}`)
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}
