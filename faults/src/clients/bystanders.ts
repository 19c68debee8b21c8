import { setTimeout as delay } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'

/** How soon somebody who comes anew is served, whatever others do. */
const servedWithinMs = 5000
const comesEveryMs = 1000

export interface Served {
  /** How often somebody came. */
  visits: number
  slowestMs: number
  problems: string[]
}

/** Comes anew again and again, from 127.0.0.1, to read the paths and to open a socket, for as long as the attack goes on. */
export async function serveOthers(
  url: string,
  { paths, login }: { paths: readonly string[]; login: string },
  attack: Promise<unknown>,
): Promise<Served> {
  const served: Served = { visits: 0, slowestMs: 0, problems: [] }
  const ask = async (what: string, answered: () => Promise<unknown>) => {
    const beganMs = performance.now()
    await answered().catch((error: unknown) => served.problems.push(`${what}: ${String(error)}`))
    const tookMs = performance.now() - beganMs
    if (tookMs > servedWithinMs) served.problems.push(`${what} took ${Math.round(tookMs)} ms`)
    served.slowestMs = Math.max(served.slowestMs, tookMs)
  }
  let isOver = false
  const end = () => (isOver = true)
  void attack.then(end, end)
  for (; !isOver; await delay(comesEveryMs)) {
    await Promise.all([
      ...paths.map((path) => ask(path, () => read(url + path))),
      ask('a new socket', () => subscribeAnew(url, login)),
    ])
    served.visits++
  }
  return served
}

async function read(url: string): Promise<void> {
  const response = await fetch(url, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(servedWithinMs),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`status ${response.status}`)
}

async function subscribeAnew(url: string, login: string): Promise<void> {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  try {
    const answer = await socket.timeout(servedWithinMs).emitWithAck('subscribe', login)
    if (!answer.ok) throw new Error(answer.error.message)
  } finally {
    socket.disconnect()
  }
}
