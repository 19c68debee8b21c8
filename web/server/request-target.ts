/** Encoded separators, which only some servers decode. No route of the gateway has them. */
const encodedSeparator = /%(2f|5c)/i

/** `/operator` is a page, and `/operator/__data.json` what SvelteKit reads for it. */
const gatewayPaths = /^\/((api|emotes|socket\.io)(\/|$)|operator\/[a-z])/

export interface RequestTarget {
  path: string
  /** `path` with the query. */
  url: string
  isForGateway: boolean
}

/**
 * Resolves a request's target as the servers behind this one may: dot segments (also encoded), backslashes and doubled
 * slashes. Undefined where it has no meaning, or not the same one everywhere.
 */
export function resolveTarget(given = ''): RequestTarget | undefined {
  // An absolute target is equivalent (RFC 9112, 3.2.2).
  const parsed = URL.parse(given.startsWith('/') ? `http://web${given}` : given)
  if (parsed === null || !parsed.protocol.startsWith('http')) return undefined
  const path = parsed.pathname.replace(/\/{2,}/g, '/')
  const isForGateway = gatewayPaths.test(path)
  if (isForGateway && encodedSeparator.test(path)) return undefined
  return { path, url: path + parsed.search, isForGateway }
}
