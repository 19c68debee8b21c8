import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { protocolVersion } from '@chat-battle/contracts/version'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { picturePath } from '@chat-battle/contracts/rest/picture-path'
import { searchMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import type { DemoDoors } from './demo-report.ts'

const hourMs = 60 * 60_000
const minuteMs = 60_000
const answerWithinMs = 10_000

/** The doors of a gateway that a report tries. `operatorToken`: empty where the machine itself is the operator. */
export function doorsOf(origin: string, channel: string, operatorToken: string): DemoDoors {
  const headers: Record<string, string> =
    operatorToken === '' ? {} : { authorization: `Bearer ${operatorToken}` }
  return {
    async search(words) {
      const now = Date.now()
      const { matched, messages } = await callRoute(
        searchMessages,
        { params: { channel }, query: { from: now - hourMs, to: now, words } },
        { origin, headers, signal: AbortSignal.timeout(answerWithinMs) },
      )
      return { matched, newestMs: messages[0]?.timestamp }
    },
    async picture({ provider, id }) {
      const signal = AbortSignal.timeout(answerWithinMs)
      const response = await fetch(origin + picturePath(provider, id), { signal })
      const { byteLength } = await response.arrayBuffer()
      return response.ok ? byteLength : undefined
    },
    replay: (atMs) => replayed(origin, channel, atMs),
  }
}

/** The messages that a replay of the minute up to a time shows at its beginning. Rejects where it does not begin. */
async function replayed(origin: string, channel: string, atMs: number): Promise<number> {
  const auth = { protocol: protocolVersion }
  const socket = io(origin, { transports: ['websocket'], auth, reconnection: false, forceNew: true })
  try {
    const frame = new Promise<number>((resolve) => {
      socket.on('stats', ({ message_count }: { message_count: number }) => resolve(message_count))
    })
    const request = { channels: [channel], from: atMs - minuteMs, to: atMs, speed: 20 }
    const ack = (await socket.timeout(answerWithinMs).emitWithAck('replay', request)) as { ok: boolean }
    if (!ack.ok) throw new Error('the replay was refused')
    const late = delay(answerWithinMs, undefined, { ref: false })
    const count = await Promise.race([frame, late])
    if (count === undefined) throw new Error('the replay sent no frame')
    return count
  } finally {
    socket.disconnect()
  }
}
