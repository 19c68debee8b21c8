import type { ChannelStatus, ChannelStatusRecord, Gap } from '@chat-battle/contracts/records/channel-status'
import type { Refusal } from '../twitch/refusal.ts'

const maxGaps = 20
/** Hand-over silences shorter than this are not reported: the next owner usually covered them. */
const minGapMs = 1000
/** How long the previous owner may take to report until when it covered the channel. */
const handOffWithinMs = 3000
const minRetryMs = 30_000
const maxRetryMs = 10 * 60_000

type GapReason = 'ingest_down' | 'twitch_disconnected'

/** A wanted channel, immutable. Times are epoch ms of the broker's clock. */
export interface Channel {
  readonly login: string
  readonly channelId: string | null
  readonly state: ChannelStatus['state']
  readonly since: number
  readonly gaps: readonly Gap[]
  /** The start and reason of a gap that has not ended. */
  readonly gapStartedAt: { readonly from: number; readonly reason: GapReason } | null
  /** A gap that is reported at `reportAt`, unless the previous owner reports longer coverage before. */
  readonly pendingGap: { readonly from: number; readonly to: number; readonly reportAt: number } | null
  readonly retryAt: number | null
  readonly failures: number
}

/** A newly wanted channel. `before`: its last status, of any ingest. */
export function requested(login: string, nowMs: number, before: ChannelStatusRecord | undefined): Channel {
  const wasReceived = before?.state === 'joined' || before?.state === 'reconnecting'
  const coveredUntilMs = before?.state === 'parted' ? null : (before?.heard_until ?? null)
  return {
    login,
    channelId: before?.channel_id ?? null,
    state: wasReceived ? 'reconnecting' : 'joining',
    since: nowMs,
    gaps: before?.gaps ?? [],
    gapStartedAt: coveredUntilMs === null ? null : { from: coveredUntilMs, reason: 'ingest_down' },
    pendingGap: null,
    retryAt: null,
    failures: 0,
  }
}

export function joined(channel: Channel, channelId: string | undefined, nowMs: number): Channel {
  const { gapStartedAt } = channel
  // Twitch may have given the login to another channel, which was not covered before.
  const isOther = channelId !== undefined && channel.channelId !== null && channelId !== channel.channelId
  const received: Channel = {
    ...channel,
    channelId: channelId ?? channel.channelId,
    state: 'joined',
    since: channel.state === 'joined' && !isOther ? channel.since : nowMs,
    gapStartedAt: null,
    retryAt: null,
    failures: 0,
  }
  if (gapStartedAt === null) return received
  const { from, reason } = gapStartedAt
  // Lines may be lost within one millisecond, so the gap is never empty.
  if (reason === 'twitch_disconnected')
    return withGap(received, { from, to: Math.max(nowMs, from + 1), reason })
  return { ...received, pendingGap: { from, to: nowMs, reportAt: nowMs + handOffWithinMs } }
}

/** The previous owner covered the channel until `coveredUntilMs`. */
export function coveredByPrevious(channel: Channel, coveredUntilMs: number): Channel {
  const { gapStartedAt, pendingGap } = channel
  if (gapStartedAt?.reason === 'ingest_down' && coveredUntilMs > gapStartedAt.from) {
    return { ...channel, gapStartedAt: { ...gapStartedAt, from: coveredUntilMs } }
  }
  if (pendingGap === null || coveredUntilMs <= pendingGap.from) return channel
  return {
    ...channel,
    pendingGap: pendingGap.to - coveredUntilMs < minGapMs ? null : { ...pendingGap, from: coveredUntilMs },
  }
}

/** Reports the pending gap once the previous owner's time to report longer coverage is over. */
export function reportedGap(channel: Channel, nowMs: number): Channel {
  const { pendingGap } = channel
  if (pendingGap === null || pendingGap.reportAt > nowMs) return channel
  const reported = { ...channel, pendingGap: null }
  if (pendingGap.to - pendingGap.from < minGapMs) return reported
  return withGap(reported, { from: pendingGap.from, to: pendingGap.to, reason: 'ingest_down' })
}

/** The channel is no longer received; it was covered until `coveredUntilMs`. */
export function lost(channel: Channel, coveredUntilMs: number, nowMs: number): Channel {
  if (channel.state !== 'joined') return channel
  return {
    ...channel,
    state: 'reconnecting',
    since: nowMs,
    gapStartedAt: { from: coveredUntilMs, reason: 'twitch_disconnected' },
  }
}

/** The JOIN was refused or not confirmed. It is retried after a wait that doubles with each failure. */
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

/** No client wants the channel any more. */
export function parted(channel: Channel, nowMs: number): Channel {
  const known = withGapSoFar(reportedGap(channel, Infinity), nowMs)
  return { ...known, state: 'parted', since: nowMs, gapStartedAt: null }
}

/** Records the open gap until now: the next state may never end it. */
function withGapSoFar(channel: Channel, nowMs: number): Channel {
  const { gapStartedAt } = channel
  if (gapStartedAt === null) return channel
  return withGap(channel, { ...gapStartedAt, to: nowMs })
}

/** Adds a gap, or replaces an earlier record of the same gap. Gaps that touch stay separate: each has its own cause. */
export function withGap(channel: Channel, gap: Gap): Channel {
  if (gap.to <= gap.from) return channel
  const others = channel.gaps.filter(({ from, reason }) => from !== gap.from || reason !== gap.reason)
  return { ...channel, gaps: keptGaps([...others, gap]) }
}

/** The newest gaps. */
export function keptGaps(gaps: readonly Gap[]): Gap[] {
  return gaps.slice(-maxGaps)
}

/** The record for `channel-status`. `coveredUntilMs`: until when the channel was certainly received, epoch ms. */
export function statusRecord(
  channel: Channel,
  writer: { ingest: string; epoch: number; clock_skew_ms: number | null },
  coveredUntilMs: number | undefined,
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
      (channel.state === 'joined' ? (coveredUntilMs ?? null) : null),
  }
}
