import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import type { Refusal } from '../twitch/refusal.ts'
import {
  coveredByPrevious,
  joined,
  keptGaps,
  lost,
  parted,
  refused,
  reportedGap,
  requested,
  statusRecord,
  withGap,
  type Channel,
} from './channel.ts'
import { HandOffs, type HandOff } from './hand-offs.ts'

export interface MembershipPorts {
  /** Epoch ms of the broker's clock. */
  nowMs: () => number
  join: (login: string) => void
  part: (login: string) => void
  /** Until when a channel was certainly received, epoch ms of the broker's clock. */
  coveredUntilMs: (login: string) => number | undefined
  /** How far Twitch's clock is ahead of the broker's, in ms; null: both agree. */
  clockSkewMs: () => number | null
  publish: (status: ChannelStatusRecord) => void
  /** The newest status of a channel on `channel-status`, of any ingest. */
  statusBefore: (login: string) => ChannelStatusRecord | undefined
}

/** Keeps this ingest in the wanted channels, and publishes their state on `channel-status`. */
export class Membership {
  readonly #ingest: string
  readonly #ports: MembershipPorts
  readonly #channels = new Map<string, Channel>()
  readonly #handOffs = new HandOffs()
  #epoch = 0

  /** `ingest`: the name of this instance. */
  constructor(ingest: string, ports: MembershipPorts) {
    this.#ingest = ingest
    this.#ports = ports
  }

  /** A wanted channel, or one in hand-off. */
  get(login: string): Channel | undefined {
    return this.#channels.get(login) ?? this.#handOffs.get(login)?.channel
  }

  /** The joined channels of this ingest whose id is known, without those in hand-off. */
  *joined(): Generator<{ login: string; channelId: string }> {
    for (const { login, channelId, state } of this.#channels.values())
      if (state === 'joined' && channelId !== null) yield { login, channelId }
  }

  /** How many wanted channels are joined. */
  get joinedCount(): number {
    return [...this.#channels.values()].filter(({ state }) => state === 'joined').length
  }

  /** The ids of the wanted channels, where they are known. */
  channelIds(): string[] {
    return [...this.#channels.values()].flatMap(({ channelId }) => channelId ?? [])
  }

  /** How many channels are in hand-off. */
  get handOffCount(): number {
    return this.#handOffs.size
  }

  /** A new assignment: channels in `keeps` go on under the new epoch, the others are handed off. */
  assign(epoch: number, keeps: ReadonlySet<string>): void {
    for (const channel of [...this.#channels.values()]) if (!keeps.has(channel.login)) this.#handOff(channel)
    this.#epoch = epoch
    this.refresh()
  }

  /** Hands every channel off to its next owner. */
  handOffAll(): void {
    this.assign(this.#epoch, new Set())
  }

  /** Joins newly wanted channels, and leaves the ones that are no longer wanted. */
  want(wanted: ReadonlySet<string>): void {
    for (const login of wanted) if (!this.#channels.has(login)) this.#request(login)
    for (const channel of [...this.#channels.values()]) {
      if (wanted.has(channel.login)) continue
      this.#ports.part(channel.login)
      this.#channels.delete(channel.login)
      this.#publish(parted(channel, this.#ports.nowMs()))
    }
  }

  /**
   * Parts channels of an earlier ingest that no client wants any more. A covered one gets a gap: its last lease may have run
   * out while no gateway could renew it.
   */
  partOrphans(orphans: Iterable<ChannelStatusRecord>): void {
    const nowMs = this.#ports.nowMs()
    for (const status of orphans) {
      if (status.state === 'parted' || this.get(status.channel_login) !== undefined) continue
      this.#publish(parted(requested(status.channel_login, nowMs, status), nowMs))
    }
  }

  /** Does what is due by now: retries refused channels, reports gaps, leaves channels that no owner took over. */
  tick(): void {
    const nowMs = this.#ports.nowMs()
    for (const { login, retryAt } of [...this.#channels.values()]) {
      this.#update(login, (channel) => reportedGap(channel, nowMs))
      if ((retryAt ?? Infinity) > nowMs) continue
      this.#update(login, (channel) => ({ ...channel, retryAt: null }))
      this.#ports.join(login)
    }
    for (const login of this.#handOffs.overdue(nowMs)) this.#abandon(login)
  }

  /** A status of any ingest was read. */
  onStatus(status: ChannelStatusRecord): void {
    const { ingest, channel_login: login, epoch, heard_until: coveredUntilMs } = status
    if (ingest === this.#ingest) return
    const handOff = this.#handOffs.completedBy(status)
    if (handOff !== undefined) this.#endHandOff(handOff)
    if (epoch < this.#epoch && coveredUntilMs !== null)
      this.#update(login, (channel) => coveredByPrevious(channel, coveredUntilMs))
  }

  /** A status was deleted, maybe by an ingest that did not know of this owner. */
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

  /** These channels are no longer received; they were covered until `coveredUntilMs`, epoch ms of the broker's clock. */
  onLost(logins: readonly string[], coveredUntilMs: number): void {
    for (const login of logins) {
      this.#abandon(login)
      this.#update(login, (channel) => lost(channel, coveredUntilMs, this.#ports.nowMs()))
    }
  }

  /** Events of the channel were dropped before Kafka had them. The channel may have been handed off or left since. */
  onDropped(login: string, from: number, to: number): void {
    const gap = { from, to: Math.max(to, from + 1), reason: 'buffer_overflow' }
    const handOff = this.#handOffs.get(login)
    const before = this.#ports.statusBefore(login)
    if (this.#channels.has(login)) this.#update(login, (channel) => withGap(channel, gap))
    else if (handOff !== undefined) this.#handOffs.change(handOff, withGap(handOff.channel, gap))
    else if (before !== undefined) this.#ports.publish({ ...before, gaps: keptGaps([...before.gaps, gap]) })
  }

  /** Publishes every wanted channel again: its coverage goes on, and compaction keeps a record that is written again. */
  refresh(): void {
    for (const channel of this.#channels.values()) this.#publish(channel)
  }

  /** Leaves every channel, also those that no owner has taken over. */
  stop(): void {
    this.handOffAll()
    for (const login of this.#handOffs.logins()) this.#abandon(login)
  }

  #request(login: string): void {
    const handOff = this.#handOffs.get(login)
    this.#handOffs.end(login)
    const channel = handOff?.channel ?? requested(login, this.#ports.nowMs(), this.#ports.statusBefore(login))
    this.#channels.set(login, channel)
    this.#publish(channel)
    if (handOff === undefined) this.#ports.join(login)
  }

  #handOff(channel: Channel): void {
    this.#channels.delete(channel.login)
    if (channel.state !== 'joined') this.#ports.part(channel.login)
    else this.#handOffs.begin(channel, this.#epoch, this.#ports.nowMs())
  }

  /** Publishes until when the channel was covered, so that its new owner knows whether there is a gap, and leaves it. */
  #endHandOff({ channel, epoch }: HandOff): void {
    this.#publish(channel, epoch)
    this.#handOffs.end(channel.login)
    this.#ports.part(channel.login)
  }

  /** Leaves a channel in hand-off without a new owner. */
  #abandon(login: string): void {
    const handOff = this.#handOffs.get(login)
    if (handOff === undefined) return
    const nowMs = this.#ports.nowMs()
    const channel = lost(handOff.channel, this.#ports.coveredUntilMs(login) ?? nowMs, nowMs)
    this.#endHandOff({ ...handOff, channel })
  }

  #update(login: string, change: (channel: Channel) => Channel): void {
    const channel = this.#channels.get(login)
    if (channel === undefined) return
    const changed = change(channel)
    this.#channels.set(login, changed)
    if (hasNewStatus(channel, changed)) this.#publish(changed)
  }

  #publish(channel: Channel, epoch = this.#epoch): void {
    const writer = { ingest: this.#ingest, epoch, clock_skew_ms: this.#ports.clockSkewMs() }
    this.#ports.publish(statusRecord(channel, writer, this.#ports.coveredUntilMs(channel.login)))
  }
}

function hasNewStatus(before: Channel, after: Channel): boolean {
  return after.state !== before.state || after.gaps !== before.gaps || after.channelId !== before.channelId
}
