import type { Connection } from './connection.ts'

/** What Twitch lets an account do over all its connections: https://dev.twitch.tv/docs/chat/#rate-limits */
export interface AccountLimits {
  channels: number
  logins: number
  joins: number
  perMs: number
}

export const twitchAccountLimits: AccountLimits = { channels: 100, logins: 20, joins: 20, perMs: 10_000 }

/** What each account has done, held against its limits. */
export class Accounts {
  readonly joins: { atMs: number; login: string; connection: number }[] = []
  readonly logins: { atMs: number; account: string }[] = []
  readonly #limits: AccountLimits
  readonly #clock: () => number
  readonly #connections: ReadonlyMap<number, Connection>

  constructor(limits: AccountLimits, clock: () => number, connections: ReadonlyMap<number, Connection>) {
    this.#limits = limits
    this.#clock = clock
    this.#connections = connections
  }

  isAtChannelLimit(account: string): boolean {
    const joined = this.#of(account).flatMap(({ session }) => [...session.joined])
    return joined.length >= this.#limits.channels
  }

  mayLogIn(account: string): boolean {
    const atMs = this.#clock()
    const recent = this.logins.filter(
      (login) => login.account === account && login.atMs > atMs - this.#limits.perMs,
    )
    if (recent.length >= this.#limits.logins) return false
    this.logins.push({ atMs, account })
    return true
  }

  /** An account that joins too often loses the connection. */
  onJoin(connection: Connection, login: string): void {
    const atMs = this.#clock()
    this.joins.push({ atMs, login, connection: connection.id })
    if (connection.session.isAnonymous) return
    const ids = new Set(this.#of(connection.session.nick).map(({ id }) => id))
    const isRecent = (join: { atMs: number; connection: number }) =>
      join.atMs > atMs - this.#limits.perMs && ids.has(join.connection)
    if (this.joins.filter(isRecent).length > this.#limits.joins) connection.drop()
  }

  #of(account: string): Connection[] {
    return [...this.#connections.values()].filter(
      ({ session }) => !session.isAnonymous && session.nick === account,
    )
  }
}
