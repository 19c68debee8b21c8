import type { CallOptions } from '@chat-battle/contracts/rest/call-route'

/** A longer answer is awaited in the browser, where it blocks no page. */
const answerWithinMs = 2500

/** How the page's server calls the gateway for a client, within the time that a first paint may wait. */
export function firstAnswer(
  platform: App.Platform | undefined,
): CallOptions & { origin: string; signal: AbortSignal } {
  const { gatewayUrl = '', clientAddress = '' } = platform?.req ?? {}
  return {
    origin: gatewayUrl,
    headers: { 'x-forwarded-for': clientAddress },
    signal: AbortSignal.timeout(answerWithinMs),
  }
}
