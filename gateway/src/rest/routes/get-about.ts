import { minCoveredMessages } from '@chat-battle/contracts/records/mood'
import { inputRetentionMs } from '@chat-battle/contracts/records/topics'
import { getAbout } from '@chat-battle/contracts/rest/routes/get-about'
import { maxHistoryAgeMs } from '@chat-battle/contracts/rest/routes/get-history'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import { maxExactChatters } from '@chat-battle/statistics/aggregates/chatters'
import { rangeStandardError } from '@chat-battle/statistics/collections/range-sketch'
import { endpoint, reply } from '../endpoint.ts'

const hourMs = 60 * 60_000

export const getAboutEndpoint = endpoint(getAbout, (context) => {
  const { installation, archiveRetentionHours, liveView, emoteSets } = context
  return reply(200, {
    contact: installation.contact ?? null,
    opt_out: {
      is_possible: installation.isOptOutPossible,
      command: installation.optOutCommand ?? null,
    },
    retention: {
      input_hours: inputRetentionMs / hourMs,
      message_hours: archiveRetentionHours,
      figure_days: maxHistoryAgeMs / (24 * hourMs),
    },
    counting: {
      window_ms: windowMs,
      grace_ms: graceMs,
      exact_chatters: maxExactChatters,
      chatters_error: rangeStandardError,
      min_mood_messages: minCoveredMessages,
    },
    viewers_checked_at: liveView.newestMs ?? null,
    emote_sets: emoteSets
      .ofChannel(null)
      .map(({ head: { provider, fetched_at } }) => ({ provider, fetched_at })),
  })
})
