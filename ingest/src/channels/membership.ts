import type { ChannelStatusRecord } from '@chat-battle/contracts/channel-status'
import { askedFor, joined, lost, refused, statusRecord, withGap, type Channel } from './channel.ts'

/** What membership needs of the world. */
export interface MembershipPorts {
  nowMs: () => number
  join: (login: string) => void
  part: (login: string) => void
  /** Up to when a channel has certainly been heard, epoch ms. */
  heardUntilMs: (login: string) => number | undefined
  publish: (status: ChannelStatusRecord) => void
  /** The newest status of a channel on `channel-status`, of whichever ingest. */
  statusBefore: (login: string) => ChannelStatusRecord | undefined
}

/** Keeps this ingest in the channels that are wanted, and says on `channel-status` how that goes. */
export class Membership {
  readonly #ingest: string
  readonly #ports: MembershipPorts
  readonly #channels = new Map<string, Channel>()
  #epoch = 0

  constructor(ingest: string, ports: MembershipPorts) {
    this.#ingest = ingest
    this.#ports = ports
  }

  get(login: string): Channel | undefined {
    return this.#channels.get(login)
  }

  channels(): IterableIterator<Channel> {
    return this.#channels.values()
  }

  /** A new assignment. Channels that are kept go on under the new epoch; others are left to their new owner. */
  assign(epoch: number, keeps: ReadonlySet<string>): void {
    for (const channel of [...this.#channels.values()]) if (!keeps.has(channel.login)) this.#handOver(channel)
    this.#epoch = epoch
    for (const channel of this.#channels.values()) this.#publish(channel)
  }

  /** Joins what is newly wanted, and leaves what is no longer. */
  want(wanted: ReadonlySet<string>): void {
    for (const login of wanted) if (!this.#channels.has(login)) this.#ask(login)
    for (const channel of [...this.#channels.values()]) {
      if (wanted.has(channel.login)) continue
      this.#ports.part(channel.login)
      this.#channels.delete(channel.login)
      this.#publish({ ...channel, state: 'parted', since: this.#ports.nowMs(), deafSince: null })
    }
  }

  /** Tries again what was refused and is due. */
  retry(): void {
    const nowMs = this.#ports.nowMs()
    for (const channel of this.#channels.values()) {
      if ((channel.retryAt ?? Infinity) > nowMs) continue
      this.#channels.set(channel.login, { ...channel, retryAt: null })
      this.#ports.join(channel.login)
    }
  }

  onJoined(login: string, channelId: string | undefined): void {
    this.#update(login, (channel) => joined(channel, channelId, this.#ports.nowMs()))
  }

  onRefused(login: string, why: 'not_found' | 'suspended'): void {
    this.#update(login, (channel) => refused(channel, why, this.#ports.nowMs()))
  }

  onLost(logins: readonly string[], heardUntilMs: number): void {
    for (const login of logins)
      this.#update(login, (channel) => lost(channel, heardUntilMs, this.#ports.nowMs()))
  }

  /** Events of the channel were dropped here, before they could be written. */
  onDropped(login: string, from: number, to: number): void {
    this.#update(login, (channel) => withGap(channel, from, Math.max(to, from + 1000), 'buffer_overflow'))
  }

  /** Writes the status of every channel again, so that others know up to when it was heard. */
  refresh(): void {
    for (const channel of this.#channels.values()) if (channel.state === 'joined') this.#publish(channel)
  }

  /** Leaves everything to whoever comes next. */
  stop(): void {
    for (const channel of [...this.#channels.values()]) this.#handOver(channel)
  }

  #ask(login: string): void {
    const channel = askedFor(login, this.#ports.nowMs(), this.#ports.statusBefore(login))
    this.#channels.set(login, channel)
    this.#publish(channel)
    this.#ports.join(login)
  }

  #handOver(channel: Channel): void {
    const heardUntilMs = this.#ports.heardUntilMs(channel.login)
    this.#ports.part(channel.login)
    this.#channels.delete(channel.login)
    if (channel.state !== 'joined' || heardUntilMs === undefined) return
    this.#publish(lost(channel, heardUntilMs, this.#ports.nowMs()))
  }

  #update(login: string, change: (channel: Channel) => Channel): void {
    const channel = this.#channels.get(login)
    if (channel === undefined) return
    const changed = change(channel)
    this.#channels.set(login, changed)
    if (
      changed.state !== channel.state ||
      changed.gaps !== channel.gaps ||
      changed.channelId !== channel.channelId
    ) {
      this.#publish(changed)
    }
  }

  #publish(channel: Channel): void {
    const writer = { ingest: this.#ingest, epoch: this.#epoch }
    this.#ports.publish(statusRecord(channel, writer, this.#ports.heardUntilMs(channel.login)))
  }
}
