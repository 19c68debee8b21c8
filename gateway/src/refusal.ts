import type { ErrorKind, RequestError } from '@chat-battle/contracts/rest/errors'

/** A request gets an error of the closed list. REST and Socket.IO send it in the same shape. */
export class RequestRefused extends Error {
  readonly kind: ErrorKind

  constructor(kind: ErrorKind, message: string) {
    super(message)
    this.kind = kind
  }

  toBody(): RequestError {
    return { kind: this.kind, message: this.message }
  }
}

/** Rejects as `not_ready` after `withinMs`: the deadline of a request that needs Kafka. */
export function refuseAfter(withinMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const refusal = new RequestRefused('not_ready', 'Kafka does not answer; try again in a few seconds')
    setTimeout(() => reject(refusal), withinMs).unref()
  })
}
