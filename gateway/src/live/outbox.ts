import { joinTexts, type EncodedEvent } from './encoded-event.ts'

interface Emitter {
  once(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

/** The members of an Engine.IO 6 connection that an outbox uses (engine.io/build/socket.js). */
export interface Connection extends Emitter {
  readonly readyState: string
  readonly transport: Emitter & { readonly name: string; readonly writable: boolean }
  readonly writeBuffer: readonly unknown[]
  write(data: string, options: object): unknown
}

/** What is due to a socket. It is asked for its events when they are written, so they are never older than the write. */
export interface DueEvents {
  take(): readonly EncodedEvent[]
}

interface PendingEvent {
  readonly room: string
  readonly subject: string
  event: DueEvents
}

/** Marks packets that the flood guard does not count as unread answers. */
const preEncoded = true

/**
 * The events that one socket is due, the newest per room and subject. They leave in one write per turn, and wait while an earlier write
 * has not reached the system, so a slow client skips intermediate events and ends with the newest.
 */
export class Outbox {
  readonly #connection: Connection
  readonly #onWritable: () => void
  /** Never long: a socket has few rooms, and a room few subjects. A linear search costs less than a map does. */
  #pending: PendingEvent[] = []
  #stopWaiting: (() => void) | undefined

  /** `onWritable`: called when pending events can be flushed after the connection was busy. */
  constructor(connection: Connection, onWritable: () => void) {
    this.#connection = connection
    this.#onWritable = onWritable
  }

  /** Whether it waits for an earlier write, and calls `onWritable` after it. */
  get isBlocked(): boolean {
    return this.#stopWaiting !== undefined
  }

  get size(): number {
    return this.#pending.length
  }

  /** Returns whether the event replaces an older one of the same room and subject. */
  put(room: string, subject: string, event: DueEvents): boolean {
    for (const pending of this.#pending) {
      if (pending.subject !== subject || pending.room !== room) continue
      const isReplaced = pending.event !== event
      pending.event = event
      return isReplaced
    }
    this.#pending.push({ room, subject, event })
    return false
  }

  /** Drops the pending events of a room that the socket has left. */
  leave(room: string): void {
    this.#pending = this.#pending.filter((pending) => pending.room !== room)
  }

  /** Writes what is pending if the connection is free. Returns the number of events written. */
  flush(): number {
    if (this.#pending.length === 0 || this.isBlocked) return 0
    const { readyState, transport, writeBuffer } = this.#connection
    if (readyState !== 'open') return 0
    // Packets in Engine.IO's buffer are older: its acknowledgements must not be overtaken.
    if (!transport.writable || writeBuffer.length > 0) {
      this.#waitUntilWritable()
      return 0
    }
    const events: EncodedEvent[] = []
    for (const { event } of this.#pending) for (const each of event.take()) events.push(each)
    this.#pending.length = 0
    if (events.length > 0) this.#write(events)
    return events.length
  }

  close(): void {
    this.#stopWaiting?.()
    this.#pending.length = 0
  }

  /**
   * One Engine.IO packet carries all events: its pre-encoded form is written to a WebSocket as it is, its data becomes the
   * body of a polling response. The transport is writable, so Engine.IO sends it at once by the current transport.
   */
  #write(events: readonly EncodedEvent[]): void {
    const [first] = events
    if (this.#connection.transport.name !== 'websocket')
      this.#connection.write(joinTexts(events), { preEncoded })
    else if (first !== undefined && events.length === 1)
      this.#connection.write('', { preEncoded, wsPreEncodedFrame: [first.frame] })
    else {
      const frames = Buffer.concat(events.map(({ frame }) => frame))
      this.#connection.write('', { preEncoded, wsPreEncodedFrame: [frames] })
    }
  }

  #waitUntilWritable(): void {
    const { transport } = this.#connection
    const proceed = () => {
      this.#stopWaiting?.()
      this.#onWritable()
    }
    this.#stopWaiting = () => {
      this.#stopWaiting = undefined
      transport.off('ready', proceed)
      this.#connection.off('upgrade', proceed)
    }
    transport.once('ready', proceed)
    // The transport of before an upgrade is discarded, and reports nothing any more.
    this.#connection.once('upgrade', proceed)
  }
}
