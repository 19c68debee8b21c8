import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Channel } from '../channel.svelte.ts'

export interface FigureProps {
  stats: ChannelStats
  channel: Channel
}

/**
 * `headline`: above the chart, a `Figure`. `ranking`: below it, a `RankedList`. `minor`: the last line of the card,
 * a `MinorFigure`.
 */
export type FigureGroup = 'headline' | 'ranking' | 'minor'

/** Where the card shows a figure: the lower `order` first. */
export interface FigurePlace {
  group: FigureGroup
  order: number
}
