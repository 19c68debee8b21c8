import { TokenBucket } from './token-bucket.ts'

/** A page sends a pong every 10 s, and a few packets when its channels change. */
const packetBurst = 240
const packetsPerSecond = 10
/** Acknowledgements that may wait until a client reads them: about 30 of the largest. */
const maxUnreadBytes = 256 * 1024
/** Memory of a waiting packet besides its data. */
const packetBytes = 200

/** The members of an Engine.IO 6 connection that the guard uses. */
export interface Connection {
  readonly transport: { readonly socket?: { terminate(): void } }
  /** Packets that the transport has not accepted yet. */
  readonly writeBuffer: readonly {
    readonly data?: string | Buffer
    readonly options: { readonly preEncoded?: boolean }
  }[]
  on(event: 'packet' | 'upgrading', listener: () => void): unknown
  close(discard: boolean): unknown
}

/** Why a client is disconnected. */
export type Excess = 'too_many_packets' | 'unread_answers'

/** Disconnects a client that sends too many packets, or does not read its answers: Socket.IO 4 limits neither. */
export function guardAgainstFloods(connection: Connection, onDisconnect: (why: Excess) => void): void {
  const bucket = new TokenBucket(packetBurst, packetsPerSecond)
  const check = () => {
    const excess = !bucket.take()
      ? 'too_many_packets'
      : unreadBytes(connection) > maxUnreadBytes
        ? 'unread_answers'
        : undefined
    if (excess === undefined) return
    onDisconnect(excess)
    connection.close(true)
    // ws waits 30 s for the close frame of a client that does not read.
    connection.transport.socket?.terminate()
  }
  connection.on('packet', check)
  // Each probe of a new transport, before the connection moves to it.
  connection.on('upgrading', check)
}

/** Events of rooms do not count: the outbox bounds them. */
function unreadBytes({ writeBuffer }: Connection): number {
  return writeBuffer
    .filter(({ options }) => options.preEncoded !== true)
    .reduce((sum, { data }) => sum + packetBytes + (data?.length ?? 0), 0)
}
