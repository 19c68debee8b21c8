import type { ChatAck } from '@chat-battle/contracts/live/down'
import { maxChatsPerSocket } from '@chat-battle/contracts/live/up'
import { addressKey } from '@chat-battle/runtime/http/client-address'
import type { Places } from '../limits/places.ts'
import { RequestRefused } from '../refusal.ts'
import type { ChatHub } from './chat-hub.ts'
import { chatRoomOf, chatsIn } from './rooms.ts'
import { channelName, type LiveSocket, type SubscriptionsOptions } from './subscriptions.ts'

export interface ChatSubscriptionsOptions extends SubscriptionsOptions {
  hub: Pick<ChatHub, 'add' | 'remove'>
  /** The subscriptions to messages of each address. */
  places: Places
}

/** The requests of a socket for messages: each joins or leaves the room of a channel's messages. */
export class ChatSubscriptions {
  readonly #options: ChatSubscriptionsOptions
  /** Gives the place of a socket's subscription back, by login. */
  readonly #places = new WeakMap<LiveSocket, Map<string, () => void>>()

  constructor(options: ChatSubscriptionsOptions) {
    this.#options = options
  }

  /** Throws `RequestRefused`. */
  async subscribe(socket: LiveSocket, argument: unknown): Promise<ChatAck> {
    const { channels, hub, onSubscribed } = this.#options
    const name = channelName(argument)
    const login = channels.resolve(name)
    if (!socket.rooms.has(chatRoomOf(login))) this.#admit(socket, login)
    await socket.join(chatRoomOf(login))
    // Disconnected meanwhile: nothing would remove it.
    if (!socket.connected) this.#leave(socket, login)
    else {
      socket.data.chatIds.add(login, name)
      hub.add(socket.id, login)
      onSubscribed(login)
    }
    return { ok: true, status: channels.status(login) }
  }

  /** Throws `RequestRefused`. */
  async unsubscribe(socket: LiveSocket, argument: unknown): Promise<ChatAck> {
    const { channels } = this.#options
    const name = channelName(argument)
    const login = socket.data.chatIds.loginOf(name) ?? channels.resolve(name)
    this.#leave(socket, login)
    await socket.leave(chatRoomOf(login))
    return { ok: true, status: channels.status(login) }
  }

  /** The socket is disconnected. */
  end(socket: LiveSocket): void {
    for (const login of [...(this.#places.get(socket)?.keys() ?? [])]) this.#leave(socket, login)
  }

  #admit(socket: LiveSocket, login: string): void {
    const { allowance, addressOf, places } = this.#options
    if (chatsIn(socket.rooms).length >= maxChatsPerSocket) {
      throw new RequestRefused(
        'too_many_channels',
        `a socket watches the messages of at most ${maxChatsPerSocket} channels; unsubscribe from one first`,
      )
    }
    const address = addressOf(socket.request)
    if (!allowance.admit(address, login)) throw allowance.refusal()
    const release = places.take(addressKey(address))
    if (release === undefined) {
      throw new RequestRefused(
        'too_many_channels',
        'too many subscriptions to messages from this address; unsubscribe from one first',
      )
    }
    const held = this.#places.get(socket) ?? new Map<string, () => void>()
    this.#places.set(socket, held.set(login, release))
  }

  #leave(socket: LiveSocket, login: string): void {
    this.#options.hub.remove(socket.id, login)
    this.#places.get(socket)?.get(login)?.()
    this.#places.get(socket)?.delete(login)
  }
}
