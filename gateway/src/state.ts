import { StatusView } from './directory/status-view.ts'
import { ChannelTime } from './current/channel-time.ts'
import { Channels } from './current/channels.ts'
import { StatsView } from './current/stats-view.ts'

/** What the gateway has in memory: everything that it shows. */
export interface GatewayState {
  readonly statusView: StatusView
  readonly statsView: StatsView
  readonly time: ChannelTime
  readonly channels: Channels
}

export function createState(maxCachedWindows?: number): GatewayState {
  const statusView = new StatusView()
  const statsView = new StatsView((id) => statusView.loginOf(id) !== undefined, maxCachedWindows)
  const time = new ChannelTime(() => performance.now())
  const channels = new Channels(statsView, statusView, (id, skewMs) => time.at(id, Date.now() + skewMs))
  return { statusView, statsView, time, channels }
}
