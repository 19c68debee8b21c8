import { Connection, type ConnectionOptions } from './connection.ts'

/** Twitch's own limit is a hundred channels a connection. */
const maxChannelsPerConnection = 90

/** Spreads channels over as many connections as they need. */
export class ConnectionPool {
  readonly #options: ConnectionOptions
  readonly #connections = new Set<Connection>()
  readonly #byLogin = new Map<string, Connection>()

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#connections.size
  }

  get readyConnections(): number {
    return [...this.#connections].filter(({ isReady }) => isReady).length
  }

  /** Up to when a channel has certainly been heard, in ms by the clock. */
  heardAtMs(login: string): number | undefined {
    return this.#byLogin.get(login)?.heardAtMs
  }

  /** Joins a channel, or tries again where the last try failed. */
  join(login: string): void {
    const connection =
      this.#byLogin.get(login) ??
      [...this.#connections].find(({ channels }) => channels.size < maxChannelsPerConnection) ??
      this.#open()
    this.#byLogin.set(login, connection)
    connection.join(login)
  }

  part(login: string): void {
    const connection = this.#byLogin.get(login)
    if (connection === undefined) return
    this.#byLogin.delete(login)
    connection.part(login)
    if (connection.channels.size > 0) return
    this.#connections.delete(connection)
    connection.stop()
  }

  stop(): void {
    for (const connection of this.#connections) connection.stop()
    this.#options.limiter.stop()
  }

  #open(): Connection {
    const connection = new Connection(this.#options)
    this.#connections.add(connection)
    return connection
  }
}
