import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import type { Refusal } from '../twitch/refusal.ts'
import {
  requested,
  heardBefore,
  joined,
  keptGaps,
  lost,
  parted,
  refused,
  statusRecord,
  reportedGap,
  withGap,
  type Channel,
} from './channel.ts'

/** A channel that another ingest takes over is left by then, also when that one was never heard to have joined it. */
const handOverWithinMs = 60_000

/** What membership needs of the world. */
export interface MembershipPorts {
  nowMs: () => number
  join: (login: string) => void
  part: (login: string) => void
  /** Up to when a channel has certainly been heard, epoch ms. */
  heardUntilMs: (login: string) => number | undefined
  /** How far Twitch's clock is ahead of this installation's; null where both agree. */
  clockSkewMs: () => number | null
  publish: (status: ChannelStatusRecord) => void
  /** The newest status of a channel on `channel-status`, of whichever ingest. */
  statusBefore: (login: string) => ChannelStatusRecord | undefined
}

/** A channel that is still listened to until its new owner does. */
interface Leaving {
  channel: Channel
  /** Under which it was owned. */
  epoch: number
  untilMs: number
}

/** Keeps this ingest in the channels that are wanted, and says on `channel-status` how that goes. */
export class Membership {
  readonly #ingest: string
  readonly #ports: MembershipPorts
  readonly #channels = new Map<string, Channel>()
  readonly #leaving = new Map<string, Leaving>()
  #epoch = 0

  constructor(ingest: string, ports: MembershipPorts) {
    this.#ingest = ingest
    this.#ports = ports
  }

  /** A channel that is listened to, also one that is being handed over. */
  get(login: string): Channel | undefined {
    return this.#channels.get(login) ?? this.#leaving.get(login)?.channel
  }

  channels(): IterableIterator<Channel> {
    return this.#channels.values()
  }

  /** How many channels are being handed over. */
  get leaving(): number {
    return this.#leaving.size
  }

  /** A new assignment. Channels that are kept go on under the new epoch; others are handed over to their new owner. */
  assign(epoch: number, keeps: ReadonlySet<string>): void {
    for (const { login } of [...this.#channels.values()]) if (!keeps.has(login)) this.#handOver(login)
    this.#epoch = epoch
    for (const channel of this.#channels.values()) this.#publish(channel)
  }

  /** Hands every channel over to whoever comes next. */
  handOverAll(): void {
    this.assign(this.#epoch, new Set())
  }

  /** Joins what is newly wanted, and leaves what is no longer. */
  want(wanted: ReadonlySet<string>): void {
    for (const login of wanted) if (!this.#channels.has(login)) this.#ask(login)
    for (const channel of [...this.#channels.values()]) {
      if (wanted.has(channel.login)) continue
      this.#ports.part(channel.login)
      this.#channels.delete(channel.login)
      this.#publish(parted(channel, this.#ports.nowMs()))
    }
  }

  /**
   * Parts channels that an ingest before left behind and that no client wants any more. One that was covered has a gap: its
   * last lease may have ended while none could be renewed.
   */
  partOrphans(orphans: Iterable<ChannelStatusRecord>): void {
    const nowMs = this.#ports.nowMs()
    for (const status of orphans) {
      if (status.state === 'parted' || this.get(status.channel_login) !== undefined) continue
      this.#publish(parted(requested(status.channel_login, nowMs, status), nowMs))
    }
  }

  /** Does what has become due: tries again what was refused, tells gaps, leaves what nobody took over. */
  elapse(): void {
    const nowMs = this.#ports.nowMs()
    for (const { login, retryAt } of [...this.#channels.values()]) {
      this.#update(login, (channel) => reportedGap(channel, nowMs))
      if ((retryAt ?? Infinity) > nowMs) continue
      this.#update(login, (channel) => ({ ...channel, retryAt: null }))
      this.#ports.join(login)
    }
    for (const [login, { untilMs }] of [...this.#leaving]) if (untilMs <= nowMs) this.#abandon(login)
  }

  /** What another ingest says of a channel. */
  onOthersStatus({ ingest, channel_login: login, epoch, state, heard_until }: ChannelStatusRecord): void {
    if (ingest === this.#ingest) return
    const leaving = this.#leaving.get(login)
    if (leaving !== undefined && epoch > leaving.epoch && state === 'joined') this.#handOff(login, leaving)
    if (epoch < this.#epoch && heard_until !== null) {
      this.#update(login, (channel) => heardBefore(channel, heard_until))
    }
  }

  /** The record of a channel was deleted, by one that did not know of this owner if it has one here. */
  onDeleted(login: string): void {
    const channel = this.#channels.get(login)
    if (channel !== undefined) this.#publish(channel)
  }

  onJoined(login: string, channelId: string | undefined): void {
    this.#update(login, (channel) => joined(channel, channelId, this.#ports.nowMs()))
  }

  onRefused(login: string, why: Refusal): void {
    this.#update(login, (channel) => refused(channel, why, this.#ports.nowMs()))
  }

  onLost(logins: readonly string[], heardUntilMs: number): void {
    for (const login of logins) {
      this.#abandon(login)
      this.#update(login, (channel) => lost(channel, heardUntilMs, this.#ports.nowMs()))
    }
  }

  /** Events of the channel were dropped here, before they could be written; it may have been handed over or left since. */
  onDropped(login: string, from: number, to: number): void {
    const gap = { from, to: Math.max(to, from + 1), reason: 'buffer_overflow' }
    const leaving = this.#leaving.get(login)
    const before = this.#ports.statusBefore(login)
    if (this.#channels.has(login)) this.#update(login, (channel) => withGap(channel, gap))
    else if (leaving !== undefined)
      this.#leaving.set(login, { ...leaving, channel: withGap(leaving.channel, gap) })
    else if (before !== undefined) this.#ports.publish({ ...before, gaps: keptGaps([...before.gaps, gap]) })
  }

  /** Writes the status of every channel again: others learn up to when it was heard, and Kafka keeps it while it is wanted. */
  refresh(): void {
    for (const channel of this.#channels.values()) this.#publish(channel)
  }

  /** Leaves everything, also what nobody has taken over. */
  stop(): void {
    this.handOverAll()
    for (const login of [...this.#leaving.keys()]) this.#abandon(login)
  }

  #ask(login: string): void {
    const leaving = this.#leaving.get(login)
    this.#leaving.delete(login)
    const channel = leaving?.channel ?? requested(login, this.#ports.nowMs(), this.#ports.statusBefore(login))
    this.#channels.set(login, channel)
    this.#publish(channel)
    if (leaving === undefined) this.#ports.join(login)
  }

  #handOver(login: string): void {
    const channel = this.#channels.get(login)
    if (channel === undefined) return
    this.#channels.delete(login)
    if (channel.state !== 'joined') return this.#ports.part(login)
    const untilMs = this.#ports.nowMs() + handOverWithinMs
    this.#leaving.set(login, { channel, epoch: this.#epoch, untilMs })
  }

  /** Says up to when the channel was heard, so that its new owner knows of no gap, and leaves it. */
  #handOff(login: string, { channel, epoch }: Leaving): void {
    this.#publish(channel, epoch)
    this.#leaving.delete(login)
    this.#ports.part(login)
  }

  /** Leaves a channel that nobody was heard to have taken over. */
  #abandon(login: string): void {
    const leaving = this.#leaving.get(login)
    if (leaving === undefined) return
    const { nowMs, heardUntilMs } = this.#ports
    const heardMs = heardUntilMs(login) ?? nowMs()
    this.#handOff(login, { ...leaving, channel: lost(leaving.channel, heardMs, nowMs()) })
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

  #publish(channel: Channel, epoch = this.#epoch): void {
    const writer = { ingest: this.#ingest, epoch, clock_skew_ms: this.#ports.clockSkewMs() }
    this.#ports.publish(statusRecord(channel, writer, this.#ports.heardUntilMs(channel.login)))
  }
}
