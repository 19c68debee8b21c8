import type { ConnectionOptions } from './connection-options.ts'
import { Connection } from './connection.ts'
import type { Refusal } from './refusal.ts'

/** Limits how many channels one lost connection costs. */
const maxChannelsPerConnection = 90

/**
 * Twitch's limit on the channels that an account may join at once, over all of its connections. Anonymous clients have none
 * (https://discuss.dev.twitch.com/t/giving-broadcasters-control-concurrent-join-limits-for-irc-and-eventsub/54997).
 */
export const accountChannelLimit = 100

export interface PoolOptions extends ConnectionOptions {
  /** How many channels may be joined at once; Infinity: no limit. */
  maxChannels: number
}

/** Spreads channels over as many connections as they need, within the account's limit of channels. */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #connections = new Set<Connection>()
  readonly #byLogin = new Map<string, Connection>()
  /** Wanted channels over the limit, in the order in which they get a free place. */
  readonly #overLimit = new Set<string>()

  constructor(options: PoolOptions) {
    const { onJoinFailed } = options.listeners
    const listeners = {
      ...options.listeners,
      onJoinFailed: (login: string, why: Refusal) => {
        onJoinFailed(login, why)
        this.#onRefused(login, why)
      },
    }
    this.#options = { ...options, listeners }
  }

  get readyConnections(): number {
    return [...this.#connections].filter(({ isReady }) => isReady).length
  }

  /** How many wanted channels are over the account's limit. */
  get channelsOverLimit(): number {
    return this.#overLimit.size
  }

  /** How long the connection with the longest logout has been logged out, in ms; 0 while all are logged in. */
  get loggedOutForMs(): number {
    return Math.max(0, ...[...this.#connections].map(({ loggedOutForMs }) => loggedOutForMs))
  }

  /** Until when a channel was certainly received, monotonic ms; undefined without a connection. */
  coveredUntilMs(login: string): number | undefined {
    return this.#byLogin.get(login)?.coveredUntilMs
  }

  /** Joins a channel, or retries a refused one. Over the limit it is refused, and joined as soon as a place is free. */
  join(login: string): void {
    const known = this.#byLogin.get(login)
    if (known?.claims(login) !== true && this.#isFull()) {
      this.#overLimit.add(login)
      this.#options.listeners.onJoinFailed(login, 'limit_reached')
      return
    }
    this.#overLimit.delete(login)
    const connection =
      known ??
      [...this.#connections].find(({ channels }) => channels.size < maxChannelsPerConnection) ??
      this.#open()
    this.#byLogin.set(login, connection)
    connection.join(login)
  }

  part(login: string): void {
    this.#overLimit.delete(login)
    const connection = this.#byLogin.get(login)
    if (connection === undefined) return
    this.#byLogin.delete(login)
    connection.part(login)
    if (connection.channels.size === 0) {
      this.#connections.delete(connection)
      connection.stop()
    }
    this.#fillPlace()
  }

  stop(): void {
    this.#overLimit.clear()
    for (const connection of this.#connections) connection.stop()
    this.#options.joinLimiter.stop()
    this.#options.loginLimiter.stop()
  }

  #open(): Connection {
    const connection = new Connection(this.#options)
    this.#connections.add(connection)
    return connection
  }

  #isFull(): boolean {
    const claimed = [...this.#connections].reduce((sum, connection) => sum + connection.claimedChannels, 0)
    return claimed >= this.#options.maxChannels
  }

  #onRefused(login: string, why: Refusal): void {
    // Another client of the account holds the place, so no place became free.
    if (why === 'limit_reached') this.#overLimit.add(login)
    else this.#fillPlace()
  }

  #fillPlace(): void {
    const [next] = this.#overLimit
    if (next !== undefined && !this.#isFull()) this.join(next)
  }
}
