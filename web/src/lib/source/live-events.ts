import { decodeAck, decodeChatAck, decodeEvent } from '@chat-battle/contracts/live/decode'
import {
  connectRefusal,
  type ChatAck,
  type DownEvent,
  type ServerToClientEvents,
  type SubscribeAck,
} from '@chat-battle/contracts/live/down'

/** What both ways of connecting to the gateway have in common: events, requests and times. */

/** Failed attempts before the page falls back to polling by REST. Socket.IO continues its attempts. */
export const failuresBeforePolling = 2
/** Longest wait after the server closed the connection, so that its clients do not all return at once. */
export const returnWithinMs = 5000
/** A request without an answer after this time is lost. */
export const answerWithinMs = 10_000

export interface LiveListeners {
  onConnected: () => void
  /** Attempts to connect, or to reconnect, have failed. */
  onDisconnected: () => void
  onStats: ServerToClientEvents['stats']
  onStatus: ServerToClientEvents['status']
  onMoment?: ServerToClientEvents['moment']
  onMessages?: ServerToClientEvents['messages']
  onRemoved?: ServerToClientEvents['removed']
  /** The server does not serve this version of the page. Socket.IO does not try again. */
  onOutdated?: () => void
  /** An event that the page cannot decode. */
  onUndecodable?: (reason: Error) => void
}

/** Undefined: no answer in time on an open connection, or a malformed one. */
type Answered<A = SubscribeAck> = (answer: A | undefined) => void

export interface LiveConnection {
  /** Subscribes to a channel; `answered` is called once, unless the connection is lost before. */
  subscribe(name: string, answered: Answered): void
  unsubscribe(name: string, answered: Answered): void
  /** As above, for the messages of a channel. */
  subscribeChat(name: string, answered: Answered<ChatAck>): void
  unsubscribeChat(name: string, answered: Answered<ChatAck>): void
  close(): void
}

/** A reader of each event that somebody listens to, by the event's name. */
export function decodersOf(listeners: LiveListeners): Map<DownEvent, (payload: unknown) => void> {
  const onUndecodable = listeners.onUndecodable ?? ((reason) => console.error('undecodable event', reason))
  const { onStats, onStatus, onMoment, onMessages, onRemoved } = listeners
  const decoders = new Map<DownEvent, (payload: unknown) => void>()
  decoders.set('stats', decodeEvent('stats', onStats, onUndecodable))
  decoders.set('status', decodeEvent('status', onStatus, onUndecodable))
  if (onMoment !== undefined) decoders.set('moment', decodeEvent('moment', onMoment, onUndecodable))
  if (onMessages !== undefined) decoders.set('messages', decodeEvent('messages', onMessages, onUndecodable))
  if (onRemoved !== undefined) decoders.set('removed', decodeEvent('removed', onRemoved, onUndecodable))
  return decoders
}

export type LiveRequest = 'subscribe' | 'unsubscribe' | 'subscribe_chat' | 'unsubscribe_chat'
/** Undefined: no answer in time on an open connection. */
export type OnAnswer = (answer: unknown) => void

/** The requests of a connection. `send` drops a request on a connection that is not open. */
export function requestsBy(
  send: (event: LiveRequest, name: string, answered: OnAnswer) => void,
): Omit<LiveConnection, 'close'> {
  return {
    subscribe: (name, answered) => send('subscribe', name, (answer) => answered(decodeAck(answer))),
    unsubscribe: (name, answered) => send('unsubscribe', name, (answer) => answered(decodeAck(answer))),
    subscribeChat: (name, answered) =>
      send('subscribe_chat', name, (answer) => answered(decodeChatAck(answer))),
    unsubscribeChat: (name, answered) =>
      send('unsubscribe_chat', name, (answer) => answered(decodeChatAck(answer))),
  }
}

/** Whether the server refused a connection because it does not serve this version of the page. */
export function isOutdated(refusal: { data?: unknown }): boolean {
  return connectRefusal.safeParse(refusal.data).data?.kind === 'unsupported_protocol'
}
