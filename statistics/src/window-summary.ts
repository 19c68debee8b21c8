import { summaryLength, type WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { ChannelState } from './channel.ts'
import type { WindowState } from './window.ts'

/** What a window contributes to the figures of a longer range, after the input record at `revision` - 1. */
export function windowSummary(
  { channelId, login }: Pick<ChannelState, 'channelId' | 'login'>,
  { start, seen, aggregates }: WindowState,
  revision: number,
  final: boolean,
): WindowSummary {
  const { chatters, topEmotes, bits, moderatedMessages } = aggregates
  return {
    channel_id: channelId,
    channel_login: login,
    window_start: start,
    revision,
    final,
    sketch: chatters.sketch().encode().toString('base64'),
    emotes: topEmotes.summary(summaryLength),
    further_emotes: final ? topEmotes.further(summaryLength) : null,
    people: chatters.summary(summaryLength),
    steps: { bits: bits.steps(), moderated_messages: moderatedMessages.steps(seen) },
  }
}
