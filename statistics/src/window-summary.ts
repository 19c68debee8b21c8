import {
  summaryLength,
  type SummaryPeople,
  type WindowSummary,
} from '@chat-battle/contracts/records/window-summary'
import type { ChannelState } from './channel.ts'
import type { WindowState } from './window.ts'

/** What a window contributes to the figures of a longer range, after the input record at `revision` - 1. */
export function windowSummary(
  { channelId, login }: Pick<ChannelState, 'channelId' | 'login'>,
  { start, seen, aggregates }: WindowState,
  revision: number,
  final: boolean,
): WindowSummary {
  const { chatters, topBots, topEmotes, bits, moderatedMessages } = aggregates
  return {
    channel_id: channelId,
    channel_login: login,
    window_start: start,
    revision,
    final,
    sketch: chatters.sketch().encode().toString('base64'),
    emotes: topEmotes.summary(summaryLength),
    further_emotes: final ? topEmotes.further(summaryLength) : null,
    people: merged(chatters.summary(summaryLength), topBots.summary(summaryLength)),
    steps: { bits: bits.steps(), moderated_messages: moderatedMessages.steps(seen) },
  }
}

/** People and bots, which are ranked apart, in one ranking. */
function merged(people: SummaryPeople, bots: SummaryPeople): SummaryPeople {
  const all = [...people.entries, ...bots.entries].sort(
    ([id, , count], [otherId, , otherCount]) => otherCount - count || (id < otherId ? -1 : 1),
  )
  const maxLow = Math.max(people.max_low, bots.max_low)
  return {
    entries: all.slice(0, summaryLength),
    max_unlisted: Math.max(people.max_unlisted, bots.max_unlisted, (all[summaryLength]?.[2] ?? 0) + maxLow),
    max_low: maxLow,
  }
}
