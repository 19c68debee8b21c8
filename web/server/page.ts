import type { IncomingMessage, ServerResponse } from 'node:http'
import compression from 'compression'

/** Passed to the page's server code with each request. */
export interface PageContext {
  gatewayUrl: string
  clientAddress: string
  /** Empty where chat is not simulated. */
  simulatedChannels: readonly string[]
}

/** The built page: a handler for Node's HTTP server, as adapter-node makes it. */
export type PageHandler = (
  request: IncomingMessage & PageContext,
  response: ServerResponse,
  next: () => void,
) => void

/** Serves the page, compressed where the client accepts it; built assets are compressed already. */
export function createPageServer(page: PageHandler) {
  const compress = compression()
  return (request: IncomingMessage, response: ServerResponse, context: PageContext): void => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    compress(request, response, () =>
      page(Object.assign(request, context), response, () => response.writeHead(404).end('not found')),
    )
  }
}
