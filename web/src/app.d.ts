declare module 'http' {
  /** Set by this service's own server, see `server/page.ts`. */
  interface IncomingMessage {
    gatewayUrl?: string
    clientAddress?: string
    simulatedChannels?: readonly string[]
  }
}

export {}
