import { getHistory, historyDeadlineMs, maxHistories } from '@chat-battle/contracts/rest/routes/get-history'
import { findChannel } from '../../archive/find-channel.ts'
import { rangeOf } from '../../archive/history/range.ts'
import { readHistory } from '../../archive/history/read-history.ts'
import { withDeadline } from '../../archive/with-deadline.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'

export const getHistoryEndpoint = endpoint(getHistory, async (context, { params, query }) => {
  const { channels, summaries, histories, twitchEmotes } = context
  const nowMs = channels.now(channels.resolve(params.channel))
  const range = rangeOf(query, nowMs)
  const release = histories.take()
  if (release === undefined)
    throw new RequestRefused(
      'rate_limited',
      `at most ${maxHistories} histories at a time; try again in a moment`,
    )
  try {
    const archive = withDeadline(context.archive, historyDeadlineMs)
    const { id: channelId, login: channelLogin } = await findChannel(archive, channels, params.channel)
    const cached = {
      windows: () => channels.windows(channelId, channelLogin),
      summary: summaries.get.bind(summaries),
    }
    const history = await readHistory(archive, { channelId, channelLogin, range, nowMs, cached })
    // Their pictures are requested next.
    twitchEmotes.see(history.top_emotes)
    return reply(200, history)
  } finally {
    release()
  }
})
