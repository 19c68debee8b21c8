import type { Socket } from 'node:net'

/** How long a client may take to close a connection that the gateway has closed. */
const closeWithinMs = 1000

/** The clients' sockets that were passed to the gateway; `dispose` closes them. */
export class UpgradedSockets implements Disposable {
  /** Bytes that each had been sent before its upgrade. */
  readonly #bytesBefore = new Map<Socket, number>()

  add(socket: Socket): void {
    this.#bytesBefore.set(socket, socket.bytesWritten)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#bytesBefore.delete(socket))
    // After the gateway's end no one reads what the client sends, so its socket would stay open.
    socket.once('finish', () => {
      socket.unpipe().resume()
      setTimeout(() => socket.destroy(), closeWithinMs).unref()
    })
  }

  /** Whether a response to the upgrade has begun, so that no other can be sent. */
  isAnswered(socket: Socket): boolean {
    return socket.bytesWritten !== this.#bytesBefore.get(socket)
  }

  [Symbol.dispose](): void {
    for (const socket of this.#bytesBefore.keys()) socket.destroy()
  }
}
