import type { ChannelStatus, ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'

/** Channels, joined or not. */
const defaultMaxChannels = 50_000

interface Known {
  epoch: number
  status: ChannelStatus
  /** Start of the join that reported the channel's id, epoch ms of ingest's clock; undefined: not seen by this gateway. */
  joinedAtMs: number | undefined
}

/** The newest status of each channel, and which logins have which id. Above `maxChannels`, a channel that is not joined is evicted. */
export class StatusView {
  readonly #maxChannels: number
  readonly #byLogin = new Map<string, Known>()
  /** The joined logins of an id, in the order of their records: a renamed channel has two for a while. */
  readonly #loginsById = new Map<string, Set<string>>()

  constructor(maxChannels = defaultMaxChannels) {
    this.#maxChannels = maxChannels
  }

  /** Applies a record, unless its epoch is older. Returns the status if it changed. */
  apply({ ingest: _, epoch, heard_until: __, ...status }: ChannelStatusRecord): ChannelStatus | undefined {
    const login = status.channel_login
    const known = this.#byLogin.get(login)
    if (known !== undefined && known.epoch > epoch) return undefined
    this.#byLogin.delete(login)
    this.#byLogin.set(login, { epoch, status, joinedAtMs: joinedAtMs(status, known) })
    this.#index(login, joinedId(known?.status), joinedId(status))
    if (this.#byLogin.size > this.#maxChannels) this.#evictOne()
    return JSON.stringify(known?.status) === JSON.stringify(status) ? undefined : status
  }

  /** Forgets a channel whose record was deleted at `atMs`, epoch ms. Returns its last status, `parted`, if that is a change. */
  forget(login: string, atMs: number): ChannelStatus | undefined {
    const known = this.#byLogin.get(login)?.status
    if (known === undefined) return undefined
    this.#delete(known)
    return known.state === 'parted' ? undefined : { ...known, state: 'parted', since: atMs }
  }

  get(login: string): ChannelStatus | undefined {
    return this.#byLogin.get(login)?.status
  }

  /** The id of a joined login. The id of a login that is not joined may belong to another login by now. */
  idOf(login: string): string | undefined {
    return joinedId(this.get(login))
  }

  /** The joined login whose join reported the id last; undefined: no joined login has it. */
  loginOf(channelId: string): string | undefined {
    let newest: { login: string; known: Known } | undefined
    for (const login of this.loginsOf(channelId)) {
      const known = this.#byLogin.get(login)
      if (known !== undefined && (newest === undefined || !isJoinedBefore(known, newest.known)))
        newest = { login, known }
    }
    return newest?.login
  }

  /** Every joined login with this id. */
  loginsOf(channelId: string): Iterable<string> {
    return this.#loginsById.get(channelId) ?? []
  }

  /** Every monitored channel, sorted by login. */
  monitored(): ChannelStatus[] {
    return [...this.#byLogin.values()]
      .map(({ status }) => status)
      .filter(({ state }) => state !== 'parted')
      .sort((a, b) => (a.channel_login < b.channel_login ? -1 : 1))
  }

  /** The greatest clock skew, in either direction, that a joined channel reports, ms; null: none reports one. */
  clockSkewMs(): number | null {
    let greatest: number | null = null
    for (const { status } of this.#byLogin.values()) {
      const { state, clock_skew_ms: skewMs } = status
      if (state !== 'joined' || skewMs === null) continue
      if (greatest === null || Math.abs(skewMs) > Math.abs(greatest)) greatest = skewMs
    }
    return greatest
  }

  #evictOne(): void {
    for (const { status } of this.#byLogin.values()) if (!isJoined(status)) return this.#delete(status)
  }

  #delete(status: ChannelStatus): void {
    this.#byLogin.delete(status.channel_login)
    this.#index(status.channel_login, joinedId(status), undefined)
  }

  #index(login: string, before: string | undefined, now: string | undefined): void {
    if (before === now) return
    if (before !== undefined) {
      const logins = this.#loginsById.get(before)
      logins?.delete(login)
      if (logins?.size === 0) this.#loginsById.delete(before)
    }
    if (now === undefined) return
    const logins = this.#loginsById.get(now) ?? new Set()
    this.#loginsById.set(now, logins.add(login))
  }
}

/** An ingest is in the channel, or reconnecting to it. */
function isJoined({ state }: ChannelStatus): boolean {
  return state === 'joined' || state === 'reconnecting'
}

function joinedId(status: ChannelStatus | undefined): string | undefined {
  return status !== undefined && isJoined(status) ? (status.channel_id ?? undefined) : undefined
}

function joinedAtMs(status: ChannelStatus, before: Known | undefined): number | undefined {
  if (status.state === 'joined') return status.since
  return joinedId(status) === joinedId(before?.status) ? before?.joinedAtMs : undefined
}

/** By the epoch where the time of a join is unknown: the gateway started while the channel was reconnecting. */
function isJoinedBefore(one: Known, other: Known): boolean {
  const [oneMs, otherMs] = [one.joinedAtMs ?? 0, other.joinedAtMs ?? 0]
  return oneMs === otherMs ? one.epoch < other.epoch : oneMs < otherMs
}
