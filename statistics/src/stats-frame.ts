import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { frameOf } from './aggregates/all.ts'
import type { ChannelState } from './channel.ts'
import type { WindowState } from './window.ts'

/** A window that changed: a frame of it can be made at any later moment. */
export interface PendingFrame {
  channel: ChannelState
  window: WindowState
  /** The revision of the window's last change. */
  revision: number
}

/** A window's statistics as they are after the input record at `revision` - 1. */
export function statsFrame(
  { channelId, login }: Pick<ChannelState, 'channelId' | 'login'>,
  { start, aggregates }: WindowState,
  revision: number,
  final: boolean,
): ChannelStats {
  return frameOf({ channelId, login, start, revision, final }, aggregates)
}
