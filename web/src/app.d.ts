import type { IncomingMessage } from 'node:http'

declare global {
  namespace App {
    interface Platform {
      /** `gatewayUrl` is set by this service's own server, see `service.ts`. */
      req: IncomingMessage & { gatewayUrl?: string }
    }
  }
}
