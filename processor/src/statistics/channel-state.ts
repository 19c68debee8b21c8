import type { ChatEvent } from '@chat-battle/contracts/chat-event'
import { graceMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { countMessage, countModeration, countNotice, emptyWindow, type WindowState } from './window-state.ts'

/** How far an event's time may lie beyond the broker's append time before it is not believed. */
export const maxAheadMs = 60_000

/** The state of one channel: a function of the input's records, in their order, and of nothing else. */
export interface ChannelState {
  readonly channelId: string
  login: string
  /** The channel's time: the greatest believed timestamp of its events, epoch ms. */
  time: number
  /** When it was `time` by the broker's clock, epoch ms. */
  timeSetAtMs: number
  /** Append time of the channel's last record, epoch ms, and its offset. */
  lastAppendMs: number
  lastOffset: bigint
  /** Open windows by start: those that the channel's time has not left behind by more than the grace. */
  readonly windows: Map<number, WindowState>
}

/** What became of an event. */
export type Outcome = 'counted' | 'duplicate' | 'late' | 'invalid_time' | 'unheard'

export interface Applied {
  outcome: Outcome
  /** Windows whose figures changed. */
  changed: readonly WindowState[]
  /** Windows that this event closed; they are no longer among the channel's. */
  closed: readonly WindowState[]
}

/** The state before a channel's first event with a time. */
export function emptyChannel(channelId: string, login: string): ChannelState {
  return { channelId, login, time: 0, timeSetAtMs: 0, lastAppendMs: 0, lastOffset: 0n, windows: new Map() }
}

/** Applies an event that the broker appended at `appendMs` to its channel. */
export function applyEvent(channel: ChannelState, event: ChatEvent, appendMs: number): Applied {
  channel.login = event.channel_login
  channel.lastAppendMs = Math.max(channel.lastAppendMs, appendMs)
  const timestamp = event.timestamp ?? estimatedTime(channel, appendMs)
  if (timestamp === undefined) return { outcome: 'unheard', changed: [], closed: [] }
  if (timestamp > appendMs + maxAheadMs) return invalidTime(channel)

  if (timestamp > channel.time) {
    channel.timeSetAtMs = event.timestamp === null ? channel.timeSetAtMs + timestamp - channel.time : appendMs
    channel.time = timestamp
  }
  const closed = closeWindows(channel, channel.time)
  const current = openWindow(channel, windowStart(channel.time))
  const { outcome, window } = count(channel, event, timestamp, current)
  return { outcome, changed: window === current ? [current] : [window, current], closed }
}

/** Closes the windows that lie more than the grace behind `time`, oldest first. */
export function closeWindows(channel: ChannelState, time: number): WindowState[] {
  const closed = [...channel.windows.values()]
    .filter(({ start }) => isClosed(start, time))
    .sort((a, b) => a.start - b.start)
  for (const { start } of closed) channel.windows.delete(start)
  return closed
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

function openWindow(channel: ChannelState, start: number): WindowState {
  let window = channel.windows.get(start)
  if (window === undefined) {
    window = emptyWindow(start)
    channel.windows.set(start, window)
  }
  return window
}

function invalidTime(channel: ChannelState): Applied {
  const current = channel.windows.get(windowStart(channel.time))
  if (current !== undefined) current.figures.invalidTimeCount++
  return { outcome: 'invalid_time', changed: current === undefined ? [] : [current], closed: [] }
}

function count(
  channel: ChannelState,
  event: ChatEvent,
  timestamp: number,
  current: WindowState,
): { outcome: Outcome; window: WindowState } {
  const start = windowStart(timestamp)
  if (event.type === 'tick') {
    const window = isClosed(start, channel.time) ? current : openWindow(channel, start)
    return { outcome: 'counted', window }
  }
  const id =
    event.type === 'message' ? event.message_id : event.type === 'notice' ? event.notice_id : undefined
  if (id !== undefined && [...channel.windows.values()].some(({ seen }) => seen.has(id))) {
    return { outcome: 'duplicate', window: current }
  }
  if (isClosed(start, channel.time)) {
    current.figures.lateCount++
    return { outcome: 'late', window: current }
  }
  const window = openWindow(channel, start)
  if (id !== undefined) window.seen.add(id)
  if (event.type === 'message') countMessage(window, event)
  else if (event.type === 'notice') countNotice(window, event)
  else countModeration(window, event)
  return { outcome: 'counted', window }
}
