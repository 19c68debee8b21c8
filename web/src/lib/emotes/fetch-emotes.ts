import { callRoute, CallFailed, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import { listEmotes, type EmoteList, type EmoteScope } from '@chat-battle/contracts/rest/routes/list-emotes'
import { fetchHistory } from '../api/history.ts'
import { uncoveredMs } from '../history/history-points.ts'

export type EmotesAnswer =
  | { readonly list: EmoteList }
  /** `unanswered`: no answer, or not one of this API. */
  | { readonly list: null; readonly reason: ErrorKind | 'unanswered' }

/** The emotes of a channel. Never rejects. */
export async function fetchEmotes(
  channel: string,
  scope: EmoteScope,
  options?: CallOptions,
): Promise<EmotesAnswer> {
  try {
    return { list: await callRoute(listEmotes, { params: { channel }, query: { scope: [scope] } }, options) }
  } catch (error) {
    return {
      list: null,
      reason: error instanceof CallFailed ? (error.error?.kind ?? 'unanswered') : 'unanswered',
    }
  }
}

/** For how long of a range a channel's chat was received, ms; undefined where that is not known. */
export async function fetchCoveredMs(
  channel: string,
  { from, to }: Pick<EmoteList, 'from' | 'to'>,
): Promise<number | undefined> {
  try {
    const history = await fetchHistory(channel, { from, to }, '1h')
    return history.cut.includes('gaps') ? undefined : to - from - uncoveredMs(history, { from, to })
  } catch {
    return undefined
  }
}
