import { Adapter, type BroadcastOptions } from 'socket.io-adapter'

const retryEveryMs = 50

/** What is needed of a Socket.IO socket: its Engine.IO connection. */
interface Connected {
  conn: { transport: { writable: boolean }; writeBuffer: readonly unknown[] }
}

interface EventPacket {
  data: readonly unknown[]
}

/** What a packet is the newest of, within its room and event. */
export type PacketTopic = (data: readonly unknown[]) => string

/** Told of each packet: whether it was written at once, or took the place of one that was still waiting. */
export type PacketListener = (what: 'written' | 'held' | 'replaced') => void

/**
 * Sends a room's packets to those sockets that can take them. For one whose transport is busy, only the newest of each room,
 * event and topic is kept, and sent when it is free: a slow client misses what lies between, ends with the newest, and
 * costs no more than one packet of each. A packet is encoded once for all sockets that take it at once.
 */
export class ConflatingAdapter extends Adapter {
  readonly #held = new Map<string, Map<string, EventPacket>>()
  readonly #topicOf: PacketTopic
  readonly #listener: PacketListener
  #timer: NodeJS.Timeout | undefined

  constructor(
    namespace: ConstructorParameters<typeof Adapter>[0],
    topicOf: PacketTopic,
    listener: PacketListener = () => undefined,
  ) {
    super(namespace)
    this.#topicOf = topicOf
    this.#listener = listener
  }

  override broadcast(packet: EventPacket, options: BroadcastOptions): void {
    const ready = new Set<string>()
    for (const room of options.rooms) {
      for (const id of this.rooms.get(room) ?? []) {
        if (this.#isReady(id)) ready.add(id)
        else this.#hold(id, `${room} ${String(packet.data[0])} ${this.#topicOf(packet.data)}`, packet)
      }
    }
    if (ready.size === 0) return
    for (let count = ready.size; count > 0; count--) this.#listener('written')
    // Each socket is in a room of its own id.
    super.broadcast(packet, { ...options, rooms: ready })
  }

  override del(id: string, room: string): void {
    const held = this.#held.get(id)
    for (const key of held?.keys() ?? []) if (key.startsWith(`${room} `)) held?.delete(key)
    void super.del(id, room)
  }

  override delAll(id: string): void {
    this.#held.delete(id)
    super.delAll(id)
  }

  override close(): void {
    clearTimeout(this.#timer)
  }

  #isReady(id: string): boolean {
    const socket = this.nsp.sockets.get(id) as Connected | undefined
    // What waits goes first, so that a newer packet is not overtaken.
    return (
      socket !== undefined &&
      !this.#held.has(id) &&
      socket.conn.transport.writable &&
      socket.conn.writeBuffer.length === 0
    )
  }

  #hold(id: string, key: string, packet: EventPacket): void {
    const held = this.#held.get(id) ?? new Map<string, EventPacket>()
    this.#held.set(id, held)
    this.#listener(held.has(key) ? 'replaced' : 'held')
    held.set(key, packet)
    this.#timer ??= setTimeout(() => this.#release(), retryEveryMs)
  }

  #release(): void {
    this.#timer = undefined
    for (const [id, packets] of [...this.#held]) {
      this.#held.delete(id)
      if (!this.#isReady(id)) {
        if (this.nsp.sockets.has(id)) this.#held.set(id, packets)
        continue
      }
      for (const packet of packets.values()) {
        this.#listener('written')
        super.broadcast(packet, { rooms: new Set([id]) })
      }
    }
    if (this.#held.size > 0) this.#timer = setTimeout(() => this.#release(), retryEveryMs)
  }
}
