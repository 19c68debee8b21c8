import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'

/** An empty window of one channel, but for what is given. */
export function statsFixture(given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...emptyStats('1001', 'arena', given.window_start ?? 0), revision: 1, ...given }
}
