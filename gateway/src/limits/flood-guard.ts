import { TokenBucket } from './token-bucket.ts'

/** A page sends a pong every ten seconds, and a few packets when its channels change. */
const packetBurst = 240
const packetsPerSecond = 10
/** Answers that may wait until a client reads them: some thirty of the largest. */
const maxUnreadBytes = 256 * 1024
/** What a packet that waits costs besides its data. */
const packetBytes = 200

/** What is needed of an Engine.IO connection. */
export interface Connection {
  readonly transport: { readonly socket?: { terminate(): void } }
  /** What the transport has not taken yet. */
  readonly writeBuffer: readonly {
    readonly data?: string | Buffer
    readonly options: { readonly preEncoded?: boolean }
  }[]
  on(event: 'packet' | 'upgrading', listener: () => void): unknown
  close(discard: boolean): unknown
}

/** Why a client is cut off. */
export type Excess = 'too_many_packets' | 'unread_answers'

/** Cuts a client off that sends more than anybody needs to, or asks and does not read: Socket.IO bounds neither. */
export function guardAgainstFloods(connection: Connection, onCutOff: (why: Excess) => void): void {
  const bucket = new TokenBucket(packetBurst, packetsPerSecond)
  const check = () => {
    const excess = !bucket.take()
      ? 'too_many_packets'
      : unreadBytes(connection) > maxUnreadBytes
        ? 'unread_answers'
        : undefined
    if (excess === undefined) return
    onCutOff(excess)
    connection.close(true)
    // A WebSocket would wait half a minute for a client that reads nothing to say goodbye.
    connection.transport.socket?.terminate()
  }
  connection.on('packet', check)
  // Each probe of a WebSocket that a connection may move to.
  connection.on('upgrading', check)
}

/** Without what goes to rooms, of which the adapter keeps the newest only. */
function unreadBytes({ writeBuffer }: Connection): number {
  return writeBuffer
    .filter(({ options }) => options.preEncoded !== true)
    .reduce((sum, { data }) => sum + packetBytes + (data?.length ?? 0), 0)
}
