import type { IncomingMessage } from 'node:http'
import type { DefaultEventsMap, Socket } from 'socket.io'
import type { ServerToClientEvents, SubscribeAck } from '@chat-battle/contracts/live/down'
import { maxChannelsPerSocket, upEvents, type ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { Channels } from '../current/channels.ts'
import { liveOf } from '../current/live-of.ts'
import type { LiveView } from '../current/live-view.ts'
import type { ChannelAllowance } from '../limits/channel-allowance.ts'
import { RequestRefused } from '../refusal.ts'
import { channelsIn, roomOf } from './rooms.ts'
import type { SubscribedIds } from './subscribed-ids.ts'

export type LiveSocket = Socket<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  { ids: SubscribedIds; chatIds: SubscribedIds }
>

export interface SubscriptionsOptions {
  channels: Channels
  liveView: Pick<LiveView, 'of'>
  allowance: ChannelAllowance
  addressOf: (request: IncomingMessage) => string
  onSubscribed: (login: string) => void
}

/** The requests of a socket: each joins or leaves a channel's room, and returns the channel's current state. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  /** Throws `RequestRefused`. */
  async subscribe(socket: LiveSocket, argument: unknown): Promise<SubscribeAck> {
    const { channels, onSubscribed } = this.#options
    const name = channelName(argument)
    const login = channels.resolve(name)
    if (!socket.rooms.has(roomOf(login))) this.#admit(socket, login)
    await socket.join(roomOf(login))
    socket.data.ids.add(login, name)
    onSubscribed(login)
    return this.#currentState(login)
  }

  /** Throws `RequestRefused`. */
  async unsubscribe(socket: LiveSocket, argument: unknown): Promise<SubscribeAck> {
    const name = channelName(argument)
    const login = socket.data.ids.loginOf(name) ?? this.#options.channels.resolve(name)
    await socket.leave(roomOf(login))
    socket.data.ids.delete(login)
    return this.#currentState(login)
  }

  #admit(socket: LiveSocket, login: string): void {
    const { allowance, addressOf } = this.#options
    if (channelsIn(socket.rooms).length >= maxChannelsPerSocket) {
      throw new RequestRefused(
        'too_many_channels',
        `a socket watches at most ${maxChannelsPerSocket} channels; unsubscribe from one first`,
      )
    }
    if (!allowance.admit(addressOf(socket.request), login)) throw allowance.refusal()
  }

  #currentState(login: string): SubscribeAck {
    const { channels } = this.#options
    const status = channels.status(login)
    const live = liveOf(this.#options, { id: status.channel_id, login })
    return { ok: true, status, stats: channels.current(login), live }
  }
}

/** Throws `RequestRefused`. */
export function channelName(argument: unknown): string {
  const read = upEvents.subscribe.safeParse(argument)
  if (read.success) return read.data
  throw new RequestRefused('malformed_request', 'the first argument is a channel name, as a string')
}
