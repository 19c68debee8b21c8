import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { History, HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { listStreams, type StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'
import { fetchHistory, fetchMoments } from '../api/history.ts'

/** The requests of a range. Each rejects where the server does not answer, or refuses. */
export interface HistoryCalls {
  history(channel: string, range: TimeRange, step: HistoryStep, signal?: AbortSignal): Promise<History>
  moments(channel: string, range: TimeRange, signal?: AbortSignal): Promise<Moment[]>
  /** Newest first, one page. */
  streams(channel: string, signal?: AbortSignal): Promise<StreamEntry[]>
}

export function historyCalls(options: CallOptions = {}): HistoryCalls {
  const within = (signal?: AbortSignal) => (signal === undefined ? options : { ...options, signal })
  return {
    history: (channel, range, step, signal) => fetchHistory(channel, range, step, within(signal)),
    moments: (channel, range, signal) => fetchMoments(channel, range, within(signal)),
    streams: async (channel, signal) =>
      (await callRoute(listStreams, { params: { channel } }, within(signal))).streams,
  }
}
