import type { ChannelStatus, ChannelStatusRecord, Gap } from '@chat-battle/contracts/channel-status'

const keptGaps = 20
/** A shorter silence than this between two owners is no gap: the next one heard what the one before did not. */
const minGapMs = 1000
const minRetryMs = 30_000
const maxRetryMs = 10 * 60_000

/** What is known of a channel that somebody wants; every change gives a new one. Times are epoch ms. */
export interface Channel {
  readonly login: string
  readonly channelId: string | null
  readonly state: ChannelStatus['state']
  readonly since: number
  readonly gaps: readonly Gap[]
  /** Where a gap began that has not ended, and why. */
  readonly deafSince: { readonly from: number; readonly reason: string } | null
  readonly retryAt: number | null
  readonly failures: number
}

/** A channel somebody asks for, with what the owner before knew of it. */
export function askedFor(login: string, nowMs: number, before: ChannelStatusRecord | undefined): Channel {
  const wasHeard = before?.state === 'joined' || before?.state === 'reconnecting'
  return {
    login,
    channelId: before?.channel_id ?? null,
    state: wasHeard ? 'reconnecting' : 'joining',
    since: nowMs,
    gaps: before?.gaps ?? [],
    deafSince:
      wasHeard && before.heard_until !== null ? { from: before.heard_until, reason: 'ingest_down' } : null,
    retryAt: null,
    failures: 0,
  }
}

export function joined(channel: Channel, channelId: string | undefined, nowMs: number): Channel {
  const { deafSince } = channel
  const heard: Channel = {
    ...channel,
    channelId: channelId ?? channel.channelId,
    state: 'joined',
    since: channel.state === 'joined' ? channel.since : nowMs,
    deafSince: null,
    retryAt: null,
    failures: 0,
  }
  return deafSince === null ? heard : withGap(heard, deafSince.from, nowMs, deafSince.reason)
}

/** The connection was lost; the channel was certainly heard until `heardUntilMs`. */
export function lost(channel: Channel, heardUntilMs: number, nowMs: number): Channel {
  if (channel.state !== 'joined') return channel
  return {
    ...channel,
    state: 'reconnecting',
    since: nowMs,
    deafSince: { from: heardUntilMs, reason: 'twitch_disconnected' },
  }
}

/** The JOIN was refused or not confirmed. It is tried again later, less and less often. */
export function refused(channel: Channel, why: 'not_found' | 'suspended', nowMs: number): Channel {
  const failures = channel.failures + 1
  return {
    ...channel,
    state: why,
    since: channel.state === why ? channel.since : nowMs,
    retryAt: nowMs + Math.min(minRetryMs * 2 ** (failures - 1), maxRetryMs),
    failures,
  }
}

export function withGap(channel: Channel, from: number, to: number, reason: string): Channel {
  if (to - from < minGapMs) return channel
  return { ...channel, gaps: [...channel.gaps, { from, to, reason }].slice(-keptGaps) }
}

/** The record for `channel-status`. `heardUntilMs`: the last moment at which the channel was certainly heard. */
export function statusRecord(
  channel: Channel,
  writer: { ingest: string; epoch: number },
  heardUntilMs: number | undefined,
): ChannelStatusRecord {
  return {
    channel_login: channel.login,
    channel_id: channel.channelId,
    state: channel.state,
    since: channel.since,
    gaps: [...channel.gaps],
    ...writer,
    heard_until: channel.deafSince?.from ?? (channel.state === 'joined' ? (heardUntilMs ?? null) : null),
  }
}
