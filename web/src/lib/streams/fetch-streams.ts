import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Moment } from '@chat-battle/contracts/records/moment'
import { callRoute, CallFailed, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import { getStream, type StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'
import {
  listStreams,
  type StreamEntry,
  type StreamList,
} from '@chat-battle/contracts/rest/routes/list-streams'
import { historyCalls } from '../history/fetch-history.ts'
import { historyProblem, type HistoryProblem } from '../history/history-problem.ts'
import { stepOf } from '../history/range-times.ts'

/** Why something is not there. */
export type StreamsProblem = HistoryProblem['kind'] | 'unknown_stream'

export type Answer<T> = { found: T; problem: null } | { found: null; problem: StreamsProblem }

/** The figures of a stream, or of any range: then without a stream and a comparison. */
export interface Summary {
  stream: StreamEntry | null
  history: History
  /** Null: there are more than an answer has. */
  moments: readonly Moment[] | null
  before: StreamSummary['before']
  change: StreamSummary['change']
}

/** Points of the first HTML, at most. */
const maxFirstPoints = 200

/** Never rejects; so do the others here. */
export function fetchStreams(
  channel: string,
  cursor: string | undefined,
  options?: CallOptions,
): Promise<Answer<StreamList>> {
  return answered(callRoute(listStreams, { params: { channel }, query: { cursor } }, options))
}

export function fetchStream(
  channel: string,
  stream: string,
  options?: CallOptions,
): Promise<Answer<StreamSummary>> {
  return answered(callRoute(getStream, { params: { channel, stream } }, options))
}

export function fetchRange(
  channel: string,
  range: TimeRange,
  options?: CallOptions,
): Promise<Answer<Summary>> {
  const calls = historyCalls(options)
  const read = async () => {
    const [history, moments] = await Promise.all([
      calls.history(channel, range, stepOf(range.to - range.from, maxFirstPoints), options?.signal),
      calls.moments(channel, range, options?.signal).catch(nullIfTooMany),
    ])
    return { stream: null, history, moments, before: null, change: null }
  }
  return answered(read())
}

/** The same history in shorter steps for its curve; the given one where there are none. */
export async function fetchFiner(channel: string, history: History, signal: AbortSignal): Promise<History> {
  const { from, to, step_ms: stepMs } = history
  try {
    const finer = await historyCalls().history(channel, { from, to }, stepOf(to - from), signal)
    return finer.step_ms < stepMs ? finer : history
  } catch {
    return history
  }
}

function nullIfTooMany(error: unknown): null {
  if (historyProblem(error).kind === 'not_served') return null
  throw error
}

async function answered<T>(answer: Promise<T>): Promise<Answer<T>> {
  try {
    return { found: await answer, problem: null }
  } catch (error) {
    const isUnknown = error instanceof CallFailed && error.error?.kind === 'stream_not_found'
    return { found: null, problem: isUnknown ? 'unknown_stream' : historyProblem(error).kind }
  }
}
