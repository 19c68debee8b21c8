import type { Preferred } from './lib/preferences/cookies.ts'

declare global {
  namespace App {
    interface Locals {
      preferred: Preferred
    }
  }
}

declare module 'http' {
  /** Set by this service's own server, see `server/page.ts`. */
  interface IncomingMessage {
    gatewayUrl?: string
    clientAddress?: string
    simulatedChannels?: readonly string[]
  }
}

export {}
