import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getHistory, type History, type HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { listMoments } from '@chat-battle/contracts/rest/routes/list-moments'

/** The history of a channel over a range. Rejects where the server does not answer, or refuses. */
export function fetchHistory(
  channel: string,
  { from, to }: TimeRange,
  step: HistoryStep,
  options?: CallOptions,
): Promise<History> {
  return callRoute(getHistory, { params: { channel }, query: { from, to, step } }, options)
}

/** The moments of a channel in a range. Rejects as above. */
export async function fetchMoments(
  channel: string,
  { from, to }: TimeRange,
  options?: CallOptions,
): Promise<Moment[]> {
  return (await callRoute(listMoments, { params: { channel }, query: { from, to } }, options)).moments
}
