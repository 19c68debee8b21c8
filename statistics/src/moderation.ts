import type { Moderation } from '@chat-battle/contracts/records/chat-event'
import { hashId } from './collections/id-set.ts'
import { clearMessages, deleteMessage, type WindowState } from './window.ts'

/**
 * What moderation does to the windows of a channel. It was written after what it is about, so it reaches its own window and
 * the earlier ones that are still open, and no later one: whatever the order in which it and messages arrive.
 */

/** The open windows that moderation in `window` reaches. */
function reachedFrom(windows: ReadonlyMap<number, WindowState>, { start }: WindowState): WindowState[] {
  return [...windows.values()].filter((other) => other.start <= start)
}

/** Counts moderation that belongs to `window`; gives the windows whose figures may have changed. */
export function countModeration(
  windows: ReadonlyMap<number, WindowState>,
  window: WindowState,
  event: Moderation,
): readonly WindowState[] {
  const reached = reachedFrom(windows, window)
  if (event.action === 'clear_chat') {
    for (const each of reached) clearMessages(each, event.timestamp)
  } else if (event.action === 'delete_message') {
    if (event.target_message_id !== null) countDeletion(reached, window, hashId(event.target_message_id))
  } else if (event.target_user_id !== null) {
    window.moderatedUsers.add(hashId(event.target_user_id))
    for (const each of reached) each.chatters.exclude(event.target_user_id)
  }
  return reached
}

function countDeletion(reached: readonly WindowState[], window: WindowState, id: bigint): void {
  const ofMessage = reached.find(({ seen }) => seen.has(id)) ?? window
  if (ofMessage !== window) move(window, id)
  deleteMessage(ofMessage, id)
}

/** Marks a deletion in `window` as one that counts elsewhere. */
function move(window: WindowState, id: bigint): void {
  if (window.moderatedMessages.add(id)) window.figures.movedDeletions++
}

/** Moves the deletion of a message that only now arrives in `window` from later windows; gives those. */
export function moderateArrival(
  windows: ReadonlyMap<number, WindowState>,
  window: WindowState,
  id: bigint,
): WindowState[] {
  const changed: WindowState[] = []
  for (const later of windows.values()) {
    if (later.start <= window.start || !later.moderatedMessages.has(id)) continue
    later.figures.movedDeletions++
    window.moderatedMessages.add(id)
    changed.push(later)
  }
  return changed
}

/** Whether a person was banned or timed out in `window` or a later one. */
export function isBannedFrom(
  windows: ReadonlyMap<number, WindowState>,
  window: WindowState,
  userId: string,
): boolean {
  for (const other of windows.values()) {
    if (other.start < window.start || other.moderatedUsers.size === 0) continue
    if (other.moderatedUsers.has(hashId(userId))) return true
  }
  return false
}
