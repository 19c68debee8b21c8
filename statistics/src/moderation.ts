import type { ChatMessage, Moderation } from '@chat-battle/contracts/records/chat-event'
import { hashEvent, type IdHash } from './collections/id-hash.ts'
import type { WindowState } from './window.ts'

/**
 * What moderation changes in a channel's windows. Moderation is sent after its target, so it reaches its own window and the
 * earlier ones that are still open, and no later one, in whatever order moderation and messages arrive.
 */

type Windows = ReadonlyMap<number, WindowState>

/** Counts moderation that belongs to `window`; returns the windows whose figures may have changed. */
export function countModeration(
  windows: Windows,
  window: WindowState,
  event: Moderation,
): readonly WindowState[] {
  const reached = [...windows.values()].filter(({ start }) => start <= window.start)
  if (event.action === 'clear_chat') {
    for (const { aggregates, seen } of reached) aggregates.moderatedMessages.clear(event.timestamp, seen)
  } else if (event.action === 'delete_message') {
    if (event.target_message_id !== null) countDeletion(reached, window, hashEvent(event.target_message_id))
  } else if (event.target_user_id !== null) {
    window.aggregates.moderatedUsers.add(event.target_user_id)
    for (const each of reached) each.hidePerson(event.target_user_id)
  }
  return reached
}

function countDeletion(reached: readonly WindowState[], window: WindowState, id: IdHash): void {
  const ofMessage = reached.find(({ seen }) => seen.has(id)) ?? window
  if (ofMessage !== window) window.aggregates.moderatedMessages.moveElsewhere(id)
  ofMessage.aggregates.moderatedMessages.delete(id, ofMessage.seen)
}

/** Moves the deletion of a message that arrives in `window` only now from later windows; returns those. */
export function moderateArrival(
  windows: Windows,
  { start, aggregates }: WindowState,
  id: IdHash,
): readonly WindowState[] {
  const changed: WindowState[] = []
  for (const later of windows.values()) {
    if (later.start <= start || !later.aggregates.moderatedMessages.has(id)) continue
    later.aggregates.moderatedMessages.moveTo(aggregates.moderatedMessages, id)
    changed.push(later)
  }
  return changed
}

/** Whether a person was banned or timed out in `window` or a later one. */
export function isBannedFrom(windows: Windows, { start }: WindowState, userId: string): boolean {
  for (const other of windows.values())
    if (other.start >= start && other.aggregates.moderatedUsers.has(userId)) return true
  return false
}

/** Whether a message of `window` is deleted or cleared, or its person banned or timed out. */
export function isModerated(
  windows: Windows,
  window: WindowState,
  id: IdHash,
  { timestamp, user_id }: ChatMessage,
): boolean {
  const { moderatedMessages } = window.aggregates
  if (moderatedMessages.has(id) || timestamp <= moderatedMessages.clearedUntil) return true
  return isBannedFrom(windows, window, user_id)
}
