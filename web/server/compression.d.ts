declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** Types of compression 1.8.2 for Node's own server; `@types/compression` needs Express. */
  export default function compression(): (
    request: IncomingMessage,
    response: ServerResponse,
    next: () => void,
  ) => void
}
