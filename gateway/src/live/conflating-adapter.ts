import { Adapter, type BroadcastOptions } from 'socket.io-adapter'
import { EncodedEvent } from './encoded-event.ts'
import { Outbox, type Connection, type DueEvents } from './outbox.ts'

interface EventPacket {
  data: readonly unknown[]
}

/** Within its room and event, a packet replaces older ones of the same topic only. */
export type PacketTopic = (data: readonly unknown[]) => string

/** Counts packets: written, held while the socket is busy, or replaced by a newer one before they were written. */
export type PacketListener = (what: 'written' | 'held' | 'replaced', count: number) => void

/** Sends a room's events through an outbox per socket, which conflates them. Events of one turn share a write. */
export class ConflatingAdapter extends Adapter {
  readonly #topicOf: PacketTopic
  readonly #listener: PacketListener
  readonly #outboxes = new Map<string, Outbox>()
  readonly #due = new Set<Outbox>()
  #flushTimer: NodeJS.Immediate | undefined

  constructor(
    namespace: ConstructorParameters<typeof Adapter>[0],
    topicOf: PacketTopic,
    listener: PacketListener = () => undefined,
  ) {
    super(namespace)
    this.#topicOf = topicOf
    this.#listener = listener
  }

  override broadcast({ data }: EventPacket, options: BroadcastOptions): void {
    const event = new EncodedEvent(data)
    const subject = `${String(data[0])} ${this.#topicOf(data)}`
    let [held, replaced] = [0, 0]
    const [first] = options.rooms
    for (const room of options.rooms) {
      for (const id of this.rooms.get(room) ?? []) {
        // A socket in several of the rooms gets the event once.
        if (room !== first && this.#isIn(id, options.rooms, room)) continue
        const outbox = this.#outboxes.get(id) ?? this.#openOutbox(id)
        if (outbox === undefined) continue
        if (outbox.put(room, subject, event)) replaced++
        else if (outbox.isBlocked) held++
        this.#schedule(outbox)
      }
    }
    if (held > 0) this.#listener('held', held)
    if (replaced > 0) this.#listener('replaced', replaced)
  }

  /** Puts what is due to one socket into its outbox, in the place of what is due to it of the same room and subject. */
  offer(id: string, room: string, subject: string, due: DueEvents): void {
    const outbox = this.#outboxes.get(id) ?? this.#openOutbox(id)
    if (outbox === undefined) return
    if (outbox.put(room, subject, due)) this.#listener('replaced', 1)
    else if (outbox.isBlocked) this.#listener('held', 1)
    this.#schedule(outbox)
  }

  override del(id: string, room: string): void {
    this.#outboxes.get(id)?.leave(room)
    void super.del(id, room)
  }

  override delAll(id: string): void {
    this.#outboxes.get(id)?.close()
    this.#outboxes.delete(id)
    super.delAll(id)
  }

  override close(): void {
    clearImmediate(this.#flushTimer)
    for (const outbox of this.#outboxes.values()) outbox.close()
    this.#outboxes.clear()
  }

  /** Whether a socket is in one of the rooms before `until`. */
  #isIn(id: string, rooms: ReadonlySet<string>, until: string): boolean {
    for (const room of rooms) {
      if (room === until) return false
      if (this.rooms.get(room)?.has(id) === true) return true
    }
    return false
  }

  #openOutbox(id: string): Outbox | undefined {
    const socket = this.nsp.sockets.get(id) as { conn: Connection } | undefined
    if (socket === undefined) return undefined
    const outbox = new Outbox(socket.conn, () => this.#schedule(outbox))
    this.#outboxes.set(id, outbox)
    return outbox
  }

  #schedule(outbox: Outbox): void {
    if (outbox.isBlocked) return
    this.#due.add(outbox)
    this.#flushTimer ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushTimer = undefined
    let [written, held] = [0, 0]
    for (const outbox of this.#due) {
      written += outbox.flush()
      if (outbox.isBlocked) held += outbox.size
    }
    this.#due.clear()
    if (written > 0) this.#listener('written', written)
    if (held > 0) this.#listener('held', held)
  }
}
