import { callRoute, CallFailed, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import { getHistory } from '@chat-battle/contracts/rest/routes/get-history'
import { listEmotes, type EmoteList, type EmoteScope } from '@chat-battle/contracts/rest/routes/list-emotes'

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
    const { gaps, cut } = await callRoute(getHistory, {
      params: { channel },
      query: { from, to, step: '1h' },
    })
    if (cut.includes('gaps')) return undefined
    return (
      to -
      from -
      gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)), 0)
    )
  } catch {
    return undefined
  }
}
