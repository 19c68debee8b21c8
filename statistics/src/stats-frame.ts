import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { addFigures } from './aggregates/all.ts'
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
  { start, list }: WindowState,
  revision: number,
  final: boolean,
): ChannelStats {
  const header = {
    channel_id: channelId,
    channel_login: login,
    window_start: start,
    window_end: start + windowMs,
    revision,
    final,
  }
  return addFigures(header, list)
}
