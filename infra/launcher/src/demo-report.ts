import { io } from 'socket.io-client'
import { decodeEvent } from '@chat-battle/contracts/live/decode'
import type { DownEvent } from '@chat-battle/contracts/live/down'
import { protocolVersion } from '@chat-battle/contracts/version'
import type { Log } from './progress.ts'

/** The members of a Socket.IO client that a report uses. */
export interface ReportSocket {
  on(event: string, listener: (payload: unknown) => void): unknown
  emit(event: string, argument: string): unknown
}

/** Watches a channel of the demo as any client does, and logs one line per capability once it has something to show. */
export function reportDemo(url: string, channel: string, log: Log): Disposable {
  const socket = io(url, { transports: ['websocket'], auth: { protocol: protocolVersion } })
  watch(socket, channel, log)
  return { [Symbol.dispose]: () => void socket.disconnect() }
}

export function watch(socket: ReportSocket, channel: string, log: Log): void {
  const reported = new Set<string>()
  const once = (what: string, text: string) => {
    if (reported.has(what)) return
    reported.add(what)
    log(`${what}: ${text}`)
  }
  const on = <E extends DownEvent>(event: E, listener: Parameters<typeof decodeEvent<E>>[1]) =>
    socket.on(
      event,
      decodeEvent(event, listener, () => undefined),
    )
  socket.on('connect', () => {
    socket.emit('subscribe', channel)
    socket.emit('subscribe_chat', channel)
  })
  on('messages', ({ messages }) => {
    if (messages.length > 0) once('live chat', `${channel} began with ${messages.length} kept messages`)
  })
  on('removed', ({ message_ids, user_ids, all }) => {
    const what = all ? 'the whole chat' : `${message_ids.length} messages and ${user_ids.length} people`
    once('moderation', `${what} of ${channel} removed from live chat`)
  })
  on('stats', ({ mood }) => {
    if (mood === null) return
    const percent = (share: number) => `${Math.round(share * 100)} %`
    once(
      'mood',
      `${channel} is ${percent(mood.positive)} positive and ${percent(mood.negative)} negative, read from ${percent(mood.coverage)} of its messages`,
    )
  })
}
