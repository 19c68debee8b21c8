import { setTimeout as delay } from 'node:timers/promises'
import type { WebhookOutcome } from '@chat-battle/contracts/records/webhook'
import { AddressRefused, type PostAnswer } from '@chat-battle/runtime/http/post-public'
import type { WebhookMessage } from './webhook-message.ts'

export const maxAttempts = 4
/** Waits after a failure: the first, then twice as long each time, unless the receiver says how long. */
const firstWaitMs = 1000
/** A receiver that wants a longer wait does not get the message. */
const mostWaitMs = 60_000

/** What became of a message. */
export type Delivered = Omit<WebhookOutcome, 'type' | 'start'>

export interface DeliveryParts {
  post: (url: string, message: WebhookMessage) => Promise<PostAnswer>
  /** Undefined: the webhook was deleted meanwhile. */
  url: () => string | undefined
  signal: AbortSignal
  /** Epoch ms. */
  now?: () => number
  wait?: (ms: number) => Promise<unknown>
}

/** Sends a message until the receiver takes or refuses it, or the attempts are over. Never rejects. */
export async function deliver(message: WebhookMessage, parts: DeliveryParts): Promise<Delivered> {
  const { post, url, signal, now = Date.now } = parts
  const wait = parts.wait ?? ((ms: number) => delay(ms, undefined, { signal }))
  let status: number | null = null
  const end = (state: Delivered['state']) => ({ state, status, at: now() })
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const target = url()
    if (target === undefined || signal.aborted) return end('dropped')
    let waitMs = firstWaitMs * 2 ** (attempt - 1)
    try {
      const answer = await post(target, message)
      status = answer.status
      if (status >= 200 && status < 300) return end('sent')
      if (status < 500 && status !== 429 && status !== 408) return end('refused')
      waitMs = retryAfterMs(answer.headers['retry-after']) ?? waitMs
    } catch (error) {
      if (error instanceof AddressRefused) return end('refused')
      status = null
    }
    if (waitMs > mostWaitMs || attempt === maxAttempts) break
    try {
      await wait(waitMs)
    } catch {
      return end('dropped')
    }
  }
  return end('failed')
}

/** Whether the receiver does not exist any more. */
export function isGone({ state, status }: Delivered): boolean {
  return state === 'refused' && (status === 404 || status === 410)
}

/** In seconds, which Discord sends with fractions. */
function retryAfterMs(value: string | undefined): number | undefined {
  const seconds = Number(value ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined
}
