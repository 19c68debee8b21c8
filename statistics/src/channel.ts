import type { ChatEvent, Tick } from '@chat-battle/contracts/records/chat-event'
import { graceMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { hashId } from './collections/id-set.ts'
import { countModeration, isBannedFrom, moderateArrival } from './moderation.ts'
import { countMessage, countNotice, emptyWindow, type WindowState } from './window.ts'

/** Late events of a window beyond this are counted each time that they come. */
export const maxLateEvents = 20_000

/** The state of one channel: a function of the input's records, in their order, and of nothing else. */
export interface ChannelState {
  readonly channelId: string
  login: string
  /** The channel's time: the greatest timestamp of its events, epoch ms. */
  time: number
  /** When it was `time` by the broker's clock, epoch ms. */
  timeSetAtMs: number
  /** Append time of the channel's last record, epoch ms, and the revision that it led to. */
  lastAppendMs: number
  lastRevision: number
  /** Its place among the partition's channels by when something was last heard of each: the greatest is the newest. */
  lastTouch: number
  /** Open windows by start: those that the channel's time has not left behind by more than the grace. */
  readonly windows: Map<number, WindowState>
}

/** What became of an event. */
export type Outcome = 'counted' | 'duplicate' | 'late' | 'invalid_time' | 'unheard' | 'held'

export interface Applied {
  outcome: Outcome
  /** Windows whose figures changed. */
  changed: readonly WindowState[]
  /** Windows that this event closed; they are no longer among the channel's. */
  closed: readonly WindowState[]
}

/** The state before a channel's first event with a time. */
export function emptyChannel(channelId: string, login: string): ChannelState {
  const times = { time: 0, timeSetAtMs: 0, lastAppendMs: 0 }
  return { channelId, login, ...times, lastRevision: 0, lastTouch: 0, windows: new Map() }
}

/**
 * Applies an event that the broker appended at `appendMs` to its channel. `isFinal`: whether the window with this start was
 * closed for good before the channel was known.
 */
export function applyEvent(
  channel: ChannelState,
  event: ChatEvent,
  appendMs: number,
  isFinal: (start: number) => boolean = () => false,
): Applied {
  channel.login = event.channel_login
  channel.lastAppendMs = appendMs
  // The broker's clock was put back.
  channel.timeSetAtMs = Math.min(channel.timeSetAtMs, appendMs)
  const timestamp = event.timestamp ?? estimatedTime(channel, appendMs)
  if (timestamp === undefined) return { outcome: 'unheard', changed: [], closed: [] }
  if (channel.windows.size === 0 && isFinal(windowStart(timestamp)))
    return { outcome: 'late', changed: [], closed: [] }

  if (timestamp > channel.time) {
    channel.timeSetAtMs = event.timestamp === null ? channel.timeSetAtMs + timestamp - channel.time : appendMs
    channel.time = timestamp
  }
  const closed = closeWindows(channel, channel.time)
  const current = openWindow(channel, windowStart(channel.time))
  const { outcome, changed } = count({ channel, current, isFinal }, event, timestamp)
  return { outcome, changed: changed.includes(current) ? changed : [...changed, current], closed }
}

/** Closes the windows that lie more than the grace behind `time`, oldest first. */
export function closeWindows(channel: ChannelState, time: number): WindowState[] {
  const closed = [...channel.windows.values()]
    .filter(({ start }) => isClosed(start, time))
    .sort((a, b) => a.start - b.start)
  for (const { start } of closed) channel.windows.delete(start)
  return closed
}

/** An event of a known channel that its current window is open for. */
interface Place {
  readonly channel: ChannelState
  readonly current: WindowState
  readonly isFinal: (start: number) => boolean
}

interface Counted {
  outcome: Outcome
  changed: readonly WindowState[]
}

function isClosed(start: number, time: number): boolean {
  return time >= start + windowMs + graceMs
}

/**
 * A tick without a time of its own moves the channel's time on by what has passed on the broker's clock; by the grace at most,
 * because it may have waited for the broker, and messages behind it: none of them is late for it.
 */
function estimatedTime({ time, timeSetAtMs }: ChannelState, appendMs: number): number | undefined {
  return time === 0 ? undefined : time + Math.min(Math.max(0, appendMs - timeSetAtMs), graceMs)
}

function openWindow({ windows }: ChannelState, start: number): WindowState {
  let window = windows.get(start)
  if (window === undefined) {
    window = emptyWindow(start)
    for (const { start: other, figures } of windows.values())
      if (other > start)
        window.figures.clearedUntil = Math.max(window.figures.clearedUntil, figures.clearedUntil)
    windows.set(start, window)
  }
  return window
}

/** The window with this start, opened where need be; undefined where it is closed. */
function stillOpen({ channel, isFinal }: Place, start: number): WindowState | undefined {
  if (isClosed(start, channel.time)) return undefined
  const window = channel.windows.get(start)
  return window ?? (isFinal(start) ? undefined : openWindow(channel, start))
}

function count(place: Place, event: ChatEvent, timestamp: number): Counted {
  if (event.type === 'tick') return countTick(place, event, timestamp)
  const { windows } = place.channel
  const id = hashId(idOf(event))
  if (event.type !== 'moderation' && some(windows, ({ seen }) => seen.has(id)))
    return { outcome: 'duplicate', changed: [] }
  const window = stillOpen(place, windowStart(timestamp))
  if (window === undefined) return countLate(place, id)
  if (event.type === 'moderation')
    return { outcome: 'counted', changed: countModeration(windows, window, event) }
  if (event.type === 'notice') {
    countNotice(window, id, event)
    return { outcome: 'counted', changed: [window] }
  }
  const changed = [window, ...moderateArrival(windows, window, id)]
  countMessage(window, id, event, isBannedFrom(windows, window, event.user_id))
  return { outcome: 'counted', changed }
}

/** A tick opens its window, and covers what it reports of that and of the one before, while this is open. */
function countTick(place: Place, tick: Tick, timestamp: number): Counted {
  const { timestamp: at, covered_from: from, covered_to } = tick
  const own = stillOpen(place, windowStart(timestamp))
  const changed = new Set(own === undefined ? [] : [own])
  if (at === null || from === null || covered_to === null)
    return { outcome: 'counted', changed: [...changed] }
  const to = Math.min(covered_to, at)
  const firstOpen = windowStart(place.channel.time - graceMs)
  for (let start = Math.max(windowStart(from), firstOpen); start < to; start += windowMs) {
    const window = stillOpen(place, start)
    if (window?.coverage.add(Math.max(from, start), Math.min(to, start + windowMs))) changed.add(window)
  }
  return { outcome: 'counted', changed: [...changed] }
}

function countLate({ channel, current }: Place, id: bigint): Counted {
  if (some(channel.windows, ({ lateEvents }) => lateEvents.has(id)))
    return { outcome: 'duplicate', changed: [] }
  current.figures.lateCount++
  if (current.lateEvents.size < maxLateEvents) current.lateEvents.add(id)
  return { outcome: 'late', changed: [current] }
}

/** What an event is known by when it comes again. Moderation has no id of its own. */
function idOf(event: Exclude<ChatEvent, Tick>): string {
  if (event.type === 'message') return event.message_id
  if (event.type === 'notice') return event.notice_id
  const { action, target_message_id, target_user_id, timestamp } = event
  return JSON.stringify([action, target_message_id, target_user_id, timestamp])
}

function some(windows: ReadonlyMap<number, WindowState>, holds: (window: WindowState) => boolean): boolean {
  for (const window of windows.values()) if (holds(window)) return true
  return false
}
