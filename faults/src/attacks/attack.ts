import { once } from 'node:events'
import { WebSocket } from 'ws'
import { until } from '@chat-battle/testkit/testing'
import type { RawTarget } from './raw-http.ts'

export interface AttackContext {
  seed: number
  /** What a metric of the gateway's is at the moment, in all or of the labels given. */
  gatewayMetric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>
  problems: string[]
}

/** Attacks a port; gives what it did and what came of it in a line, and adds what must not have to the problems. */
export type Attack = (target: RawTarget, context: AttackContext) => Promise<string>

/** How many sockets of one address the attacked gateway admits. */
export const socketsPerAddress = 50
/** How long an attacker waits for what should be answered at once. */
export const answerWithinMs = 20_000

/** Opens a socket as a browser would, from the attacker's address. */
export function openSocket({ port, from }: RawTarget): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    localAddress: from,
  })
  socket.on('error', () => undefined)
  return socket
}

/** A socket that is open: tried until it is admitted, since those of the attack before may be counted for a moment. */
export function openedSocket(target: RawTarget): Promise<WebSocket> {
  return until(async () => {
    const socket = openSocket(target)
    return once(socket, 'open').then(
      () => socket,
      () => undefined,
    )
  }, 'a socket is admitted')
}

/** The status of an answer; `none` where the connection was kept without one, `closed` where it ended without one. */
export function statusOf(answer: string | undefined): string {
  if (answer === undefined) return 'none'
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status = '']) => status)
  // 100 Continue is no answer yet.
  return statuses.find((status) => !status.startsWith('1')) ?? 'closed'
}

export function isRefusal(status: string): boolean {
  return /^4\d\d$/.test(status)
}
