import type { CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { BattleAddress } from '../battle/battle-address.ts'
import { historyCalls } from './fetch-history.ts'
import { historyProblem } from './history-problem.ts'
import type { FirstHistory } from './history-source.ts'
import { stepOf, timesOf } from './range-times.ts'

/** The first HTML has at most so many points per channel. */
const maxFirstPoints = 200

/**
 * The figures of a range for the first paint, of the channels whose answer comes before `signal` ends; the browser fetches the
 * others. `nowMs`: epoch ms.
 */
export async function firstHistories(
  { channels, range }: Pick<BattleAddress, 'channels' | 'range'>,
  nowMs: number,
  options: CallOptions & { signal: AbortSignal },
): Promise<FirstHistory[]> {
  if (range === 'live') return []
  const times = timesOf(range, nowMs)
  const step = stepOf(times.to - times.from, maxFirstPoints)
  const calls = historyCalls(options)
  const answers = await Promise.all(
    channels.map((channel) =>
      calls.history(channel, times, step, options.signal).then(
        (history): FirstHistory => ({ channel, history, problem: null }),
        (error: unknown): FirstHistory => ({ channel, history: null, problem: historyProblem(error) }),
      ),
    ),
  )
  return options.signal.aborted ? answers.filter(({ history }) => history !== null) : answers
}
