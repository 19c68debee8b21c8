/** Separators that one server decodes and another does not: no route of the gateway has them. */
const encodedSeparator = /%(2f|5c)/i

export interface RequestTarget {
  path: string
  /** With the query: what a request for `path` has to ask for. */
  url: string
  isForGateway: boolean
}

/**
 * Where a request's target leads to once dot segments, encoded ones too, backslashes and doubled slashes are resolved, as the
 * servers behind may do. Undefined where it leads nowhere, or not everywhere to the same.
 */
export function resolveTarget(given = ''): RequestTarget | undefined {
  // An absolute target is another way to say the same (RFC 9112, 3.2.2).
  const parsed = URL.parse(given.startsWith('/') ? `http://web${given}` : given)
  if (parsed === null || !parsed.protocol.startsWith('http')) return undefined
  const path = parsed.pathname.replace(/\/{2,}/g, '/')
  const isForGateway = /^\/(api|socket\.io)(\/|$)/.test(path)
  if (isForGateway && encodedSeparator.test(path)) return undefined
  return { path, url: path + parsed.search, isForGateway }
}
