import { until } from '@chat-battle/testkit/testing'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import { joinLimit, mostJoins } from '@chat-battle/twitch-stub/join-limit'
import type { FaultRun } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import type { Installation } from '../installation/installation.ts'
import { isJoined } from '../installation/twitch-joins.ts'

/** Makes the Twitch stub fail. It is over when every channel is joined again. */
export type TwitchFailure = (installation: Installation) => Promise<void> | void

/** A failure from its beginning until every channel was joined again, epoch ms. */
export interface FailureSpan {
  fromMs: number
  toMs: number
}

/** How far a failure and its gap may lie apart: a busy machine receives nothing for a moment. */
export const gapToleranceMs = 2000
const rejoinedWithinMs = 120_000

/** Makes one failure after the other. With `onNewConnections`, a failure is over only when no connection is left from before. */
export async function makeFailures(
  { installation, watcher, log }: FaultRun,
  channels: readonly string[],
  failures: readonly TwitchFailure[],
  { onNewConnections = false } = {},
): Promise<{ spans: FailureSpan[]; recoveredInS: number }> {
  const { twitch } = installation
  const spans: FailureSpan[] = []
  let recoveredInS = 0
  for (const fail of failures) {
    const before = new Set(twitch.connections().map(({ id }) => id))
    const fromMs = Date.now()
    await fail(installation)
    const isOver = () =>
      (!onNewConnections || twitch.connections().every(({ id }) => !before.has(id))) &&
      channels.every((login) => isJoined(twitch, login))
    await until(isOver, 'every channel is joined again', rejoinedWithinMs)
    recoveredInS = Math.max(recoveredInS, await watcher.recovered(fromMs))
    spans.push({ fromMs, toMs: Date.now() })
    log(`joined again after ${inSeconds(Date.now() - fromMs)}`)
  }
  return { spans, recoveredInS }
}

/** The most joins within the length of Twitch's limit, as a note and a problem if they exceed it. */
export function judgeJoins({ joins }: TwitchServer): { note: string; problems: string[] } {
  const most = mostJoins(joins)
  const note = `at most ${most} joins in ${joinLimit.perMs / 1000} s`
  return { note, problems: most > joinLimit.joins ? [`${note}, allowed: ${joinLimit.joins}`] : [] }
}
