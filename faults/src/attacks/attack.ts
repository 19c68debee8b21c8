import { once } from 'node:events'
import { WebSocket } from 'ws'
import { until } from '@chat-battle/testkit/testing'
import type { RawTarget } from './raw-http.ts'

interface AttackContext {
  seed: number
  /** The present value of a gateway metric, summed over its labels or those that match `labels`. */
  gatewayMetric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>
  problems: string[]
}

/** Attacks a port; returns a one-line summary and adds what must not happen to `problems`. */
export type Attack = (target: RawTarget, context: AttackContext) => Promise<string>

/** How many sockets per address the attacked gateway admits. */
export const socketsPerAddress = 50
/** How long an attacker waits for an answer that should come at once. */
export const answerWithinMs = 20_000

/** Opens a socket as a browser does, from the attacker's address. */
export function openSocket({ port, from }: RawTarget): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    localAddress: from,
  })
  socket.on('error', () => undefined)
  return socket
}

/** Retries until a socket is admitted: the sockets of the attack before may still be counted for a moment. */
export function openedSocket(target: RawTarget): Promise<WebSocket> {
  return until(async () => {
    const socket = openSocket(target)
    return once(socket, 'open').then(
      () => socket,
      () => undefined,
    )
  }, 'a socket is admitted')
}

/** The status of an answer. Without an answer: `none` if the connection stayed open, `closed` if it ended. */
export function statusOf(answer: string | undefined): string {
  if (answer === undefined) return 'none'
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status = '']) => status)
  // 100 Continue comes before the answer.
  return statuses.find((status) => !status.startsWith('1')) ?? 'closed'
}

export function isRefusal(status: string): boolean {
  return /^4\d\d$/.test(status)
}
