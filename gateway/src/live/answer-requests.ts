import type { ErrorKind, RequestError } from '@chat-battle/contracts/rest/errors'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { TokenBucket } from '../limits/token-bucket.ts'
import { RequestRefused } from '../refusal.ts'

/** A person changes channels a few times per minute. */
const requestBurst = 40
const requestsPerSecond = 5

type Refusal = { ok: false; error: RequestError }

interface RequestObserver {
  logger: Logger
  onRefused: (kind: ErrorKind) => void
}

/** Answers one socket's requests within its limit. An error becomes an acknowledgement, never an exception. */
export function answerRequests({ logger, onRefused }: RequestObserver) {
  const bucket = new TokenBucket(requestBurst, requestsPerSecond)
  const answer = async <Ack>(request: () => Ack | Promise<Ack>): Promise<Ack | Refusal> => {
    try {
      if (bucket.take()) return await request()
      throw new RequestRefused('rate_limited', 'too many requests on this socket; slow down')
    } catch (error) {
      if (error instanceof RequestRefused) {
        onRefused(error.kind)
        return { ok: false, error: error.toBody() }
      }
      logger.error({ err: error }, 'live request failed')
      return { ok: false, error: { kind: 'internal', message: 'internal error; try again' } }
    }
  }
  /** A listener of a Socket.IO event. The acknowledgement callback is the last argument, if the client wants one. */
  return <Ack>(request: (argument: unknown) => Ack | Promise<Ack>) =>
    (argument: unknown, ...rest: unknown[]): void => {
      const acknowledge = rest.at(-1)
      void answer(() => request(argument)).then((result) => {
        if (typeof acknowledge === 'function') (acknowledge as (result: Ack | Refusal) => void)(result)
      })
    }
}
