import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import { silentWindow } from '@chat-battle/contracts/silent-window'

/** An empty window of one channel, but for what is given. */
export function statsFixture(given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...silentWindow('1001', 'arena', given.window_start ?? 0), revision: 1, ...given }
}
