import type { ChannelEvent, Live, Tick } from '@chat-battle/contracts/records/chat-event'
import { graceMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { hashEvent, type IdHash } from './collections/id-hash.ts'
import { ChannelMoments } from './moments/channel-moments.ts'
import { countModeration, isBannedFrom, isModerated, moderateArrival } from './moderation.ts'
import { WindowState } from './window.ts'

/** The state of one channel: a function of the input's records, in their order, and of nothing else. */
export interface ChannelState {
  readonly channelId: string
  login: string
  /** Channel time: the greatest timestamp of its events, epoch ms of Twitch's clock. */
  time: number
  /** When the channel's time became `time`, epoch ms of the broker's clock. */
  timeSetAtMs: number
  /** Append time of the channel's last record, epoch ms, and the revision that it led to. */
  lastAppendMs: number
  lastRevision: number
  /** Orders the partition's channels by their last record: the greatest is the latest. */
  lastTouch: number
  /** Open windows by start: those that the channel's time has not passed by more than the grace. */
  readonly windows: Map<number, WindowState>
  readonly moments: ChannelMoments
}

/** What became of an event. */
export type Outcome = 'counted' | 'duplicate' | 'late' | 'invalid_time' | 'no_channel_time' | 'held'

export interface Applied {
  outcome: Outcome
  /** Windows whose figures changed. */
  changed: readonly WindowState[]
  /** Windows that this event closed; they are no longer among the channel's. */
  closed: readonly WindowState[]
}

/** Whether a channel's window with this start was closed before the channel was forgotten. */
export interface ClosedBefore {
  has(channelId: string, start: number): boolean
}

const none: readonly WindowState[] = []

/** The state before a channel's first event with a time. */
export function emptyChannel(channelId: string, login: string): ChannelState {
  const times = { time: 0, timeSetAtMs: 0, lastAppendMs: 0 }
  return {
    ...{ channelId, login, ...times, lastRevision: 0, lastTouch: 0 },
    windows: new Map(),
    moments: new ChannelMoments(),
  }
}

/** Applies an event that the broker appended at `appendMs`, epoch ms, to its channel. */
export function applyEvent(
  channel: ChannelState,
  event: ChannelEvent,
  appendMs: number,
  closedBefore: ClosedBefore,
): Applied {
  channel.login = event.channel_login
  channel.lastAppendMs = appendMs
  // The broker's clock may have been corrected backward.
  channel.timeSetAtMs = Math.min(channel.timeSetAtMs, appendMs)
  const timestamp = event.timestamp ?? estimatedTime(channel, appendMs)
  if (timestamp === undefined) return { outcome: 'no_channel_time', changed: none, closed: none }
  if (channel.windows.size === 0 && closedBefore.has(channel.channelId, windowStart(timestamp)))
    return { outcome: 'late', changed: none, closed: none }

  if (timestamp > channel.time) {
    channel.timeSetAtMs = event.timestamp === null ? channel.timeSetAtMs + timestamp - channel.time : appendMs
    channel.time = timestamp
  }
  channel.moments.advance(channel.time)
  const closed = closeWindows(channel, channel.time)
  const current = openWindow(channel, windowStart(channel.time))
  const { outcome, changed } = count({ channel, current, closedBefore }, event, timestamp)
  return { outcome, changed: changed.includes(current) ? changed : [...changed, current], closed }
}

/** Closes the windows that lie more than the grace before `time`, oldest first. */
export function closeWindows({ windows }: ChannelState, time: number): readonly WindowState[] {
  let closed: WindowState[] | undefined
  for (const window of windows.values()) if (isClosed(window.start, time)) (closed ??= []).push(window)
  if (closed === undefined) return none
  for (const { start } of closed) windows.delete(start)
  return closed.sort((a, b) => a.start - b.start)
}

/** A known channel and its current window. */
interface Place {
  readonly channel: ChannelState
  readonly current: WindowState
  readonly closedBefore: ClosedBefore
}

type Counted = Pick<Applied, 'outcome' | 'changed'>

function isClosed(start: number, time: number): boolean {
  return time >= start + windowMs + graceMs
}

/**
 * The channel's time for a tick without a timestamp: it advances with the broker's clock, by at most the grace. The tick may have
 * waited for the broker with messages behind it, and must make none of them late.
 */
function estimatedTime({ time, timeSetAtMs }: ChannelState, appendMs: number): number | undefined {
  return time === 0 ? undefined : time + Math.min(Math.max(0, appendMs - timeSetAtMs), graceMs)
}

function openWindow({ windows }: ChannelState, start: number): WindowState {
  const known = windows.get(start)
  if (known !== undefined) return known
  const window = new WindowState(start)
  for (const { start: other, aggregates } of windows.values())
    if (other > start)
      window.aggregates.moderatedMessages.inheritClearing(aggregates.moderatedMessages.clearedUntil)
  windows.set(start, window)
  return window
}

/** The window with this start, opened if necessary; undefined if it is closed. */
function findOpen({ channel, closedBefore }: Place, start: number): WindowState | undefined {
  if (isClosed(start, channel.time)) return undefined
  const window = channel.windows.get(start)
  if (window !== undefined) return window
  return closedBefore.has(channel.channelId, start) ? undefined : openWindow(channel, start)
}

function count(place: Place, event: ChannelEvent, timestamp: number): Counted {
  if (event.type === 'tick') return countTick(place, event, timestamp)
  if (event.type === 'live') return countLive(place, event)
  const { windows } = place.channel
  const id = hashEvent(idOf(event))
  if (event.type !== 'moderation' && isSeen(windows, id)) return { outcome: 'duplicate', changed: none }
  const window = findOpen(place, windowStart(timestamp))
  if (window === undefined) return countLate(place, id)
  const { moments } = place.channel
  if (event.type === 'moderation') {
    moments.moderate(event)
    return { outcome: 'counted', changed: countModeration(windows, window, event) }
  }
  if (event.type === 'notice') {
    window.countNotice(id, event)
    moments.addNotice(event)
    return { outcome: 'counted', changed: [window] }
  }
  const changed = windows.size === 1 ? [window] : [window, ...moderateArrival(windows, window, id)]
  window.countMessage(id, event, (userId) => isBannedFrom(windows, window, userId))
  moments.addMessage(event, () => isModerated(windows, window, id, event))
  return { outcome: 'counted', changed }
}

/** A tick opens its window. The time that it reports as covered counts in that window and the one before, while this is open. */
function countTick(place: Place, tick: Tick, timestamp: number): Counted {
  const { timestamp: at, covered_from: from, covered_to } = tick
  const own = findOpen(place, windowStart(timestamp))
  const changed = new Set(own === undefined ? [] : [own])
  if (at === null || from === null || covered_to === null)
    return { outcome: 'counted', changed: [...changed] }
  const to = Math.min(covered_to, at)
  place.channel.moments.noteCoverage(from, to)
  const firstOpen = windowStart(place.channel.time - graceMs)
  for (let start = Math.max(windowStart(from), firstOpen); start < to; start += windowMs) {
    const window = findOpen(place, start)
    if (window?.aggregates.coverage.add(Math.max(from, start), Math.min(to, start + windowMs)))
      changed.add(window)
  }
  return { outcome: 'counted', changed: [...changed] }
}

/** Opens its window as a tick does, and is no part of the chat: one that is late counts nowhere. */
function countLive(place: Place, { timestamp, stream }: Live): Counted {
  const window = findOpen(place, windowStart(timestamp))
  if (window === undefined) return { outcome: 'late', changed: none }
  const isNew = window.aggregates.viewers.add(timestamp - window.start, stream?.viewers ?? null)
  return isNew ? { outcome: 'counted', changed: [window] } : { outcome: 'duplicate', changed: none }
}

function countLate({ channel, current }: Place, id: IdHash): Counted {
  for (const { aggregates } of channel.windows.values())
    if (aggregates.lateCount.has(id)) return { outcome: 'duplicate', changed: none }
  current.aggregates.lateCount.add(id)
  return { outcome: 'late', changed: [current] }
}

/** By what an event is recognized when it arrives again. Moderation has no id of its own. */
function idOf(event: Exclude<ChannelEvent, Tick | Live>): string {
  if (event.type === 'message') return event.message_id
  if (event.type === 'notice') return event.notice_id
  const { action, target_message_id, target_user_id, timestamp } = event
  return JSON.stringify([action, target_message_id, target_user_id, timestamp])
}

function isSeen(windows: ReadonlyMap<number, WindowState>, id: IdHash): boolean {
  for (const { seen } of windows.values()) if (seen.has(id)) return true
  return false
}
