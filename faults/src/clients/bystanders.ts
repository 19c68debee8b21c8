import { setTimeout as delay } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'

/** How soon a new client must be served, whatever others do. */
const servedWithinMs = 5000
const visitEveryMs = 1000

export interface BystanderVisits {
  visits: number
  slowestMs: number
  problems: string[]
}

/** While an attack goes on, new clients at 127.0.0.1 read the paths and open a socket, once per second. */
export async function visitDuring(
  attack: Promise<unknown>,
  url: string,
  { paths, login }: { paths: readonly string[]; login: string },
): Promise<BystanderVisits> {
  const result: BystanderVisits = { visits: 0, slowestMs: 0, problems: [] }
  const measure = async (what: string, request: () => Promise<unknown>) => {
    const startedMs = performance.now()
    await request().catch((error: unknown) => result.problems.push(`${what}: ${String(error)}`))
    const tookMs = performance.now() - startedMs
    if (tookMs > servedWithinMs) result.problems.push(`${what} took ${Math.round(tookMs)} ms`)
    result.slowestMs = Math.max(result.slowestMs, tookMs)
  }
  let isOver = false
  const end = () => (isOver = true)
  void attack.then(end, end)
  for (; !isOver; await delay(visitEveryMs)) {
    await Promise.all([
      ...paths.map((path) => measure(path, () => read(url + path))),
      measure('a new socket', () => subscribeOnce(url, login)),
    ])
    result.visits++
  }
  return result
}

async function read(url: string): Promise<void> {
  const response = await fetch(url, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(servedWithinMs),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`status ${response.status}`)
}

async function subscribeOnce(url: string, login: string): Promise<void> {
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
