import type { SubscribeAck } from '@chat-battle/contracts/live/down'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { TokenBucket } from '../limits/token-bucket.ts'
import { RequestRefused } from '../refusal.ts'

/** A person changes channels a few times per minute. */
const requestBurst = 40
const requestsPerSecond = 5

interface RequestObserver {
  logger: Logger
  onRefused: (kind: ErrorKind) => void
}

/** Answers one socket's requests within its limit. An error becomes an acknowledgement, never an exception. */
export function answerRequests({ logger, onRefused }: RequestObserver) {
  const bucket = new TokenBucket(requestBurst, requestsPerSecond)
  const answer = async (request: () => Promise<SubscribeAck>): Promise<SubscribeAck> => {
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
  return (request: (argument: unknown) => Promise<SubscribeAck>) =>
    (argument: unknown, ...rest: unknown[]): void => {
      const acknowledge = rest.at(-1)
      void answer(() => request(argument)).then((result) => {
        if (typeof acknowledge === 'function') (acknowledge as (result: SubscribeAck) => void)(result)
      })
    }
}
