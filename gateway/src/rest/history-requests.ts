import { historyDeadlineMs, maxHistories, type History } from '@chat-battle/contracts/rest/routes/get-history'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { FoundChannel } from '../archive/find-channel.ts'
import type { HistoryRange } from '../archive/history/range.ts'
import { readHistory } from '../archive/history/read-history.ts'
import { withDeadline } from '../archive/with-deadline.ts'
import { RequestRefused } from '../refusal.ts'
import type { RestContext } from './endpoint.ts'

type Archive = Pick<ArchiveReader, 'page'>

/** Answers a request that reads histories, within the limits of their number and time. Rejects with `RequestRefused`. */
export async function withHistories<T>(
  { histories, archive }: Pick<RestContext, 'histories' | 'archive'>,
  answer: (archive: Archive) => Promise<T>,
): Promise<T> {
  const release = histories.take()
  if (release === undefined)
    throw new RequestRefused(
      'rate_limited',
      `at most ${maxHistories} histories at a time; try again in a moment`,
    )
  try {
    return await answer(withDeadline(archive, historyDeadlineMs))
  } finally {
    release()
  }
}

/** The history of a channel, with the windows that the gateway has in memory. `nowMs`: the channel's time. */
export async function historyOf(
  { channels, summaries, twitchEmotes }: Pick<RestContext, 'channels' | 'summaries' | 'twitchEmotes'>,
  archive: Archive,
  { id: channelId, login: channelLogin }: FoundChannel,
  range: HistoryRange,
  nowMs: number,
): Promise<History> {
  const cached = {
    windows: () => channels.windows(channelId, channelLogin),
    summary: summaries.get.bind(summaries),
  }
  const history = await readHistory(archive, { channelId, channelLogin, range, nowMs, cached })
  // Their pictures are requested next.
  twitchEmotes.see(history.top_emotes)
  return history
}
