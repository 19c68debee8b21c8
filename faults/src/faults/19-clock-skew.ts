import { health } from '@chat-battle/contracts/rest/routes/get-health'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { until } from '@chat-battle/testkit/testing'
import { Watcher } from '../clients/watcher.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import type { Fault } from '../harness/fault.ts'
import type { Installation } from '../installation/installation.ts'
import { withMovableClock } from '../installation/move-clocks.ts'
import { restStats } from '../installation/rest.ts'
import { isJoined } from '../installation/twitch-joins.ts'
import { problemUnless } from '../judges/limits.ts'

const minuteMs = 60_000
const channels = ['skew_a', 'skew_b', 'skew_c']
/** Joined, without any message. */
const silent = 'skew_silent'
/** How long after the start the first window ends by Twitch's time: long enough for figures to compare. */
const firstWindowLastsMs = 90_000
/** Skews are reported in steps of ten seconds, from lines that are some seconds old. */
const skewToleranceMs = 20_000
/** The rest of the first window, its grace, and some room. */
const closedWithinMs = firstWindowLastsMs + 3 * minuteMs
const silentWithinMs = 2 * minuteMs

/** At least this far ahead (behind if negative), rounded outwards so that a window of Twitch's time ends soon. */
function twitchAhead(atLeastMs: number): number {
  const endsInMs = windowMs - ((Date.now() + atLeastMs) % windowMs)
  const furtherMs = (endsInMs - firstWindowLastsMs + windowMs) % windowMs
  return atLeastMs < 0 ? atLeastMs + furtherMs - windowMs : atLeastMs + furtherMs
}

async function reportedSkew(installation: Installation): Promise<{ status: number; skewMs: number | null }> {
  const response = await fetch(`${installation.url('gateway')}/api/health`)
  return { status: response.status, skewMs: health.parse(await response.json()).clock_skew_ms }
}

/** A problem if the silent channel does not have zeros in the window of Twitch's time, by REST and for a client. */
function silentProblems(
  { installation }: FaultRun,
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
  return problemUnless(isRight, `${silent} has zeros in the window of Twitch's time`, silentWithinMs)
}

async function firstWindowsClose(installation: Installation, start: number): Promise<void> {
  for (const login of channels) {
    const path = `/api/channels/${login}/stats?window_start=${start}`
    const isClosed = async () => {
      const response = await fetch(installation.url('gateway') + path)
      return response.ok && ((await response.json()) as { final: boolean }).final
    }
    await until(isClosed, `the first window of ${login} is closed`, closedWithinMs)
  }
}

async function runSkewed(run: FaultRun, twitchAheadMs: number) {
  const { installation, watcher } = run
  const twitchMs = () => Date.now() + twitchAheadMs
  const first = windowStart(twitchMs())
  using visitor = new Watcher(installation.url('gateway'), [silent], twitchAheadMs)
  await until(() => isJoined(installation.twitch, silent), `${silent} is joined`)
  const reported = await until(async () => {
    const { status, skewMs } = await reportedSkew(installation)
    return skewMs === null ? undefined : { status, skewMs }
  }, 'health reports the skew')
  const problems = await silentProblems(run, visitor, twitchMs)
  await firstWindowsClose(installation, first)
  problems.push(...(await silentProblems(run, visitor, twitchMs)))
  // Moves the gateway's clock alone by an hour: what it shows must go by Twitch's.
  installation.process('gateway').signal('SIGUSR2')
  problems.push(...(await silentProblems(run, visitor, twitchMs)))
  await watcher.recovered(Date.now())
  return { times: 1, reported, notes: [`reported as ${Math.round(reported.skewMs / 1000)} s`], problems }
}

/** Moves Twitch's stamps, not the broker's clock: only their difference matters. */
function skewedBy(name: string, load: string, atLeastMs: number): Fault {
  return defineFault({
    id: 19,
    name,
    prepare: () => Promise.resolve({ twitchAheadMs: twitchAhead(atLeastMs) }),
    load: ({ prepared: { twitchAheadMs } }) => ({
      name: load,
      channels,
      linesPerSecond: 60,
      env: withMovableClock(),
      twitchAheadMs,
    }),
    make: (run) => runSkewed(run, run.prepared.twitchAheadMs),
    expect: ({ prepared: { twitchAheadMs } }, { closedWindows }, { reported: { status, skewMs } }) => [
      ...(status === 200 ? [] : [`health answers ${status}`]),
      ...(Math.abs(skewMs - twitchAheadMs) > skewToleranceMs
        ? [`a skew of ${skewMs} ms is reported, it is ${twitchAheadMs} ms`]
        : []),
      ...(closedWindows < channels.length ? [`only ${closedWindows} windows were closed`] : []),
    ],
  })
}

export const slowClock = skewedBy('a clock that is five minutes slow', 'fault-19-slow', 5 * minuteMs)
export const fastClock = skewedBy('a clock that is 25 minutes fast', 'fault-19-fast', -25 * minuteMs)
