import { StatusView } from './directory/status-view.ts'
import { ChannelTime } from './current/channel-time.ts'
import { Channels } from './current/channels.ts'
import { SummaryView } from './archive/history/summary-view.ts'
import { EmoteSets } from './emotes/emote-sets.ts'
import { SeenTwitchEmotes } from './emotes/seen-twitch-emotes.ts'
import { LiveView } from './current/live-view.ts'
import { MomentView } from './current/moment-view.ts'
import { StatsView } from './current/stats-view.ts'

/** What the gateway has in memory: everything that it shows. */
export interface GatewayState {
  readonly statusView: StatusView
  readonly statsView: StatsView
  readonly summaries: SummaryView
  readonly time: ChannelTime
  readonly liveView: LiveView
  readonly channels: Channels
  readonly moments: MomentView
  readonly emoteSets: EmoteSets
  readonly twitchEmotes: SeenTwitchEmotes
}

export function createState(maxCachedWindows?: number): GatewayState {
  const statusView = new StatusView()
  const isJoined = (id: string) => statusView.loginOf(id) !== undefined
  const statsView = new StatsView(isJoined, maxCachedWindows)
  const time = new ChannelTime(() => performance.now())
  const channels = new Channels(statsView, statusView, (id, skewMs) => time.at(id, Date.now() + skewMs))
  const [emoteSets, twitchEmotes] = [new EmoteSets(isJoined), new SeenTwitchEmotes()]
  const [liveView, summaries] = [new LiveView(isJoined), new SummaryView()]
  const moments = new MomentView()
  return { statusView, statsView, summaries, liveView, time, channels, moments, emoteSets, twitchEmotes }
}
