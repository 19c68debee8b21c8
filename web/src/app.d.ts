declare module 'http' {
  /** What this service's own server tells the page with each request, see `service.ts`. */
  interface IncomingMessage {
    gatewayUrl?: string
    clientAddress?: string
  }
}

export {}
