import { health } from '@chat-battle/contracts/rest/routes/get-health'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { until } from '@chat-battle/testkit/testing'
import type { Fault, FaultContext, Outcome } from '../harness/define-fault.ts'
import type { Installation } from '../installation/installation.ts'
import { isHeard } from '../judges/join-sampler.ts'
import { withMovableClock } from '../installation/move-clocks.ts'
import { restStats } from '../installation/rest.ts'
import { underLoad, type Made, type Running } from '../harness/under-load.ts'
import { Watcher } from '../clients/watcher.ts'

const minuteMs = 60_000
const channels = ['skew_a', 'skew_b', 'skew_c']
/** Joined, and nobody writes in it. */
const silent = 'skew_silent'
/** How long after the start the first window ends by Twitch's time: long enough for its figures to be of use. */
const firstWindowLastsMs = 90_000
/** A skew is reported in steps of ten seconds, of lines that are some seconds old. */
const reportedWithinMs = 20_000
/** The rest of the first window, and the minute in which it still takes what belongs to it. */
const closedWithinMs = firstWindowLastsMs + 3 * minuteMs

/** At least so far ahead (negative: behind), and further by as much as lets a window of Twitch's time end soon. */
function aheadMs(atLeastMs: number): number {
  const endsInMs = windowMs - ((Date.now() + atLeastMs) % windowMs)
  const furtherMs = (endsInMs - firstWindowLastsMs + windowMs) % windowMs
  return atLeastMs < 0 ? atLeastMs + furtherMs - windowMs : atLeastMs + furtherMs
}

async function reportedSkew(installation: Installation): Promise<{ status: number; skewMs: number | null }> {
  const response = await fetch(`${installation.url('gateway')}/api/health`)
  return { status: response.status, skewMs: health.parse(await response.json()).clock_skew_ms }
}

/** What is wrong with the zeros of the silent channel, by REST and to a client. */
async function silentProblems(
  { installation }: Running,
  visitor: Watcher,
  twitchMs: () => number,
): Promise<string[]> {
  const isInWindow = (start: number | undefined) => start === windowStart(twitchMs())
  const isRight = async () => {
    const { window_start, coverage } = await restStats(installation, 'gateway', silent)
    return (
      isInWindow(window_start) &&
      isInWindow(visitor.shown(silent)?.window_start) &&
      (coverage?.at(-1)?.to ?? Infinity) <= twitchMs() + minuteMs
    )
  }
  return until(isRight, `${silent} has zeros in the window of Twitch's time`, 2 * minuteMs).then(
    () => [],
    (error: Error) => [error.message],
  )
}

async function skewed(running: Running, twitchAheadMs: number): Promise<Made> {
  const { installation, watcher } = running
  const twitchMs = () => Date.now() + twitchAheadMs
  const first = windowStart(twitchMs())
  const problems: string[] = []
  using visitor = new Watcher(installation.url('gateway'), [silent], {}, twitchAheadMs)
  await until(() => isHeard(installation.twitch, silent), `${silent} is joined`)
  const reported = await until(async () => {
    const { status, skewMs } = await reportedSkew(installation)
    return skewMs === null ? undefined : { status, skewMs }
  }, 'health reports the skew')
  if (reported.status !== 200) problems.push(`health answers ${reported.status}`)
  if (Math.abs(reported.skewMs - twitchAheadMs) > reportedWithinMs)
    problems.push(`a skew of ${reported.skewMs} ms is reported, it is ${twitchAheadMs} ms`)
  problems.push(...(await silentProblems(running, visitor, twitchMs)))
  const isClosed = async (login: string) => {
    const path = `/api/channels/${login}/stats?window_start=${first}`
    const response = await fetch(installation.url('gateway') + path)
    return response.ok && ((await response.json()) as { final: boolean }).final
  }
  for (const login of channels)
    await until(() => isClosed(login), `the first window of ${login} is closed`, closedWithinMs)
  problems.push(...(await silentProblems(running, visitor, twitchMs)))
  // The clock of the gateway alone is an hour off, too: what it shows goes by Twitch's.
  installation.process('gateway').signal('SIGUSR2')
  problems.push(...(await silentProblems(running, visitor, twitchMs)))
  await watcher.recovered(Date.now())
  return { times: 1, notes: [`reported as ${Math.round(reported.skewMs / 1000)} s`], problems }
}

async function skew(context: FaultContext, name: string, atLeastMs: number): Promise<Outcome> {
  const twitchAheadMs = aheadMs(atLeastMs)
  const load = { name, channels, linesPerSecond: 60, env: withMovableClock(), twitchAheadMs }
  const [outcome] = await underLoad(
    context,
    load,
    (running) => skewed(running, twitchAheadMs),
    (_, { closedWindows }) =>
      closedWindows < channels.length ? [`${closedWindows} closed windows were compared`] : [],
  )
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

/** Twitch's stamps are moved, not the broker's clock: what is wrong is the difference between both. */
export const clockSkew: Fault = {
  rows: [
    { id: 19, name: 'a clock that is five minutes slow' },
    { id: 19, name: 'a clock that is 25 minutes fast' },
  ],
  hasShortForm: false,
  async run(context) {
    return [
      await skew(context, 'fault-19-slow', 5 * minuteMs),
      await skew(context, 'fault-19-fast', -25 * minuteMs),
    ]
  },
}
