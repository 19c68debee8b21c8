import type { ChannelStatus, ChannelStatusRecord, Gap } from '@chat-battle/contracts/records/channel-status'
import type { Refusal } from '../twitch/refusal.ts'

const maxGaps = 20
/** A shorter silence than this between two owners is no gap: the next one heard what the one before did not. */
const minGapMs = 1000
/** How long the ingest before has to say that it listened until this one did. */
const farewellWithinMs = 3000
const minRetryMs = 30_000
const maxRetryMs = 10 * 60_000

type GapReason = 'ingest_down' | 'twitch_disconnected'

/** What is known of a channel that somebody wants; every change gives a new one. Times are epoch ms. */
export interface Channel {
  readonly login: string
  readonly channelId: string | null
  readonly state: ChannelStatus['state']
  readonly since: number
  readonly gaps: readonly Gap[]
  /** Where a gap began that has not ended, and why. */
  readonly gapStartedAt: { readonly from: number; readonly reason: GapReason } | null
  /** A gap that is told at `reportAt`, unless the ingest before has listened for longer than is known yet. */
  readonly pendingGap: { readonly from: number; readonly to: number; readonly reportAt: number } | null
  readonly retryAt: number | null
  readonly failures: number
}

/** A channel somebody asks for, with what the owner before knew of it. */
export function requested(login: string, nowMs: number, before: ChannelStatusRecord | undefined): Channel {
  const wasHeard = before?.state === 'joined' || before?.state === 'reconnecting'
  const heardUntilMs = before?.state === 'parted' ? null : (before?.heard_until ?? null)
  return {
    login,
    channelId: before?.channel_id ?? null,
    state: wasHeard ? 'reconnecting' : 'joining',
    since: nowMs,
    gaps: before?.gaps ?? [],
    gapStartedAt: heardUntilMs === null ? null : { from: heardUntilMs, reason: 'ingest_down' },
    pendingGap: null,
    retryAt: null,
    failures: 0,
  }
}

export function joined(channel: Channel, channelId: string | undefined, nowMs: number): Channel {
  const { gapStartedAt } = channel
  // The login may have been given to another channel, which was not covered before.
  const isOther = channelId !== undefined && channel.channelId !== null && channelId !== channel.channelId
  const heard: Channel = {
    ...channel,
    channelId: channelId ?? channel.channelId,
    state: 'joined',
    since: channel.state === 'joined' && !isOther ? channel.since : nowMs,
    gapStartedAt: null,
    retryAt: null,
    failures: 0,
  }
  if (gapStartedAt === null) return heard
  const { from, reason } = gapStartedAt
  // Lines may be lost within a millisecond, too.
  if (reason === 'twitch_disconnected') return withGap(heard, { from, to: Math.max(nowMs, from + 1), reason })
  return { ...heard, pendingGap: { from, to: nowMs, reportAt: nowMs + farewellWithinMs } }
}

/** The ingest before has listened until `heardUntilMs`. */
export function heardBefore(channel: Channel, heardUntilMs: number): Channel {
  const { gapStartedAt, pendingGap } = channel
  if (gapStartedAt?.reason === 'ingest_down' && heardUntilMs > gapStartedAt.from) {
    return { ...channel, gapStartedAt: { ...gapStartedAt, from: heardUntilMs } }
  }
  if (pendingGap === null || heardUntilMs <= pendingGap.from) return channel
  return {
    ...channel,
    pendingGap: pendingGap.to - heardUntilMs < minGapMs ? null : { ...pendingGap, from: heardUntilMs },
  }
}

/** Tells the gap that the ingest before has left, when it had the time to say that there is none. */
export function reportedGap(channel: Channel, nowMs: number): Channel {
  const { pendingGap } = channel
  if (pendingGap === null || pendingGap.reportAt > nowMs) return channel
  const told = { ...channel, pendingGap: null }
  if (pendingGap.to - pendingGap.from < minGapMs) return told
  return withGap(told, { from: pendingGap.from, to: pendingGap.to, reason: 'ingest_down' })
}

/** The connection was lost; the channel was certainly heard until `heardUntilMs`. */
export function lost(channel: Channel, heardUntilMs: number, nowMs: number): Channel {
  if (channel.state !== 'joined') return channel
  return {
    ...channel,
    state: 'reconnecting',
    since: nowMs,
    gapStartedAt: { from: heardUntilMs, reason: 'twitch_disconnected' },
  }
}

/** The JOIN was refused or not confirmed. It is tried again later, less and less often. */
export function refused(channel: Channel, why: Refusal, nowMs: number): Channel {
  const failures = channel.failures + 1
  return {
    ...withGapSoFar(channel, nowMs),
    state: why,
    since: channel.state === why ? channel.since : nowMs,
    retryAt: nowMs + Math.min(minRetryMs * 2 ** (failures - 1), maxRetryMs),
    failures,
  }
}

/** No client wants the channel any longer. */
export function parted(channel: Channel, nowMs: number): Channel {
  const known = withGapSoFar(reportedGap(channel, Infinity), nowMs)
  return { ...known, state: 'parted', since: nowMs, gapStartedAt: null }
}

/** Records the part of an open gap that has passed: the state that comes next may never end it. */
function withGapSoFar(channel: Channel, nowMs: number): Channel {
  const { gapStartedAt } = channel
  if (gapStartedAt === null) return channel
  return withGap(channel, { ...gapStartedAt, to: nowMs })
}

/** Adds a gap, in place of what is recorded of the same one. Gaps that only touch are apart: each has a cause of its own. */
export function withGap(channel: Channel, gap: Gap): Channel {
  if (gap.to <= gap.from) return channel
  const others = channel.gaps.filter(({ from, reason }) => from !== gap.from || reason !== gap.reason)
  return { ...channel, gaps: keptGaps([...others, gap]) }
}

/** Of a channel's gaps those that are kept: the newest. */
export function keptGaps(gaps: readonly Gap[]): Gap[] {
  return gaps.slice(-maxGaps)
}

/** The record for `channel-status`. `heardUntilMs`: the last moment at which the channel was certainly heard. */
export function statusRecord(
  channel: Channel,
  writer: { ingest: string; epoch: number; clock_skew_ms: number | null },
  heardUntilMs: number | undefined,
): ChannelStatusRecord {
  return {
    channel_login: channel.login,
    channel_id: channel.channelId,
    state: channel.state,
    since: channel.since,
    gaps: [...channel.gaps],
    ...writer,
    heard_until:
      channel.gapStartedAt?.from ??
      channel.pendingGap?.from ??
      (channel.state === 'joined' ? (heardUntilMs ?? null) : null),
  }
}
