import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import { windowLasts } from '@chat-battle/testkit/testing'
import { openPage, shownWithinMs } from '../clients/browser.ts'
import type { FaultContext, Outcome } from './define-fault.ts'
import { install, type Installation } from '../installation/installation.ts'
import { Traffic } from '../load/traffic.ts'
import { countOf, judge, type Verdict } from '../judges/verdict.ts'
import { Watcher } from '../clients/watcher.ts'

export interface Load {
  /** Of the installation's topics and tables: one a fault. */
  name: string
  channels: readonly string[]
  linesPerSecond: number
  env?: NodeJS.ProcessEnv
  /** How far Twitch's time is ahead of the installation's clock; 0 where absent. */
  twitchAheadMs?: number
  /** Whether the fault keeps ingest from hearing or writing. Where it does not, a gap would hide a loss. */
  hasGaps?: boolean
  /** Whether the archive is held against what was sent as well, and where: in the same row or in one of its own. */
  archive?: 'same row' | 'own row'
  /** Whether a page is open all the while, which must show the exact count in the end. Not where there are gaps. */
  hasPage?: boolean
}

export interface Running {
  installation: Installation
  traffic: Traffic
  /** Watches all channels, or the first that a socket may watch. */
  watcher: Watcher
}

export interface Made extends Omit<Outcome, 'verdict'> {
  problems?: string[]
  /** How often the fault has ended processes that were started again for it, by name: any other end is a problem. */
  deaths?: Readonly<Record<string, number>>
}

/** Makes a fault on an installation whose chat goes on all the while, and judges what it shows in the end. */
export async function underLoad(
  { cluster, seed, browser }: FaultContext,
  load: Load,
  make: (running: Running) => Promise<Made>,
  /** What else must hold when all is settled. */
  check: (running: Running, verdict: Verdict) => Promise<string[]> | string[] = () => [],
): Promise<Outcome[]> {
  const { name, channels, linesPerSecond, env, archive, hasGaps = false, hasPage = false } = load
  const { twitchAheadMs = 0 } = load
  await using installation = await install(cluster, { name, channels, ...(env === undefined ? {} : { env }) })
  const traffic = new Traffic(installation.twitch, { channels, linesPerSecond, seed, twitchAheadMs })
  using watcher = new Watcher(installation.url('gateway'), channels, {}, twitchAheadMs)
  await using page = hasPage ? await openPage(await browser(), installation, channels) : undefined
  const running = { installation, traffic, watcher }
  traffic.start()
  let result: Made
  try {
    await watcher.recovered(Date.now())
    watcher.forget()
    result = await make(running)
    if (hasPage) {
      await windowLasts(2 * shownWithinMs)
      // A window that has only just begun must have something of every channel to be compared.
      await watcher.recovered(Date.now())
    }
  } finally {
    await traffic.stop()
  }
  const { deaths, problems = [], ...made } = result
  const onPage = (await page?.differences(await countOf(traffic.sent))) ?? []
  const verdict = await judge(installation, traffic.sent, { archive: archive !== undefined })
  if (archive === 'same row') add(verdict, verdict.archive)
  verdict.problems.push(...problems, ...onPage, ...(await check(running, verdict)))
  verdict.problems.push(...liveDifferences(watcher, verdict), ...unexpectedDeaths(installation, deaths))
  if (!hasGaps) {
    const told = [...verdict.gaps].filter(([, gaps]) => gaps.length > 0)
    verdict.problems.push(...told.map(([login]) => `${login} has a gap that nothing has caused`))
  }
  if (watcher.wentBack > 0) verdict.problems.push(`${watcher.wentBack} frames went back`)
  const notes = [
    ...(made.notes ?? []),
    ...(verdict.inGaps > 0 ? [`${verdict.inGaps.toLocaleString('en-US')} in reported gaps`] : []),
  ]
  const outcome = { ...made, notes, verdict }
  if (archive !== 'own row' || verdict.archive === undefined) return [outcome]
  return [outcome, { times: made.times, verdict: { messages: verdict.messages, ...verdict.archive } }]
}

function add(verdict: Verdict, archive: Verdict['archive']): void {
  verdict.lost += archive?.lost ?? 0
  verdict.twice += archive?.twice ?? 0
  verdict.problems.push(...(archive?.problems ?? []))
}

/** Where a client that watched all the while was not given the last of what was said. */
function liveDifferences(watcher: Watcher, { counted }: Verdict): string[] {
  return watcher.channels.flatMap((login) => {
    const windows = counted.get(login)
    const start = Math.max(...(windows?.keys() ?? []))
    const exact = windows?.get(start)
    if (exact === undefined) return []
    const { rows } = compareWindow(exact, watcher.shown(login, start))
    return rows
      .filter(({ same }) => !same)
      .map(
        ({ figure, counted: exactly, shown }) => `${login}: live ${figure} is ${shown}, counted ${exactly}`,
      )
  })
}

function unexpectedDeaths(installation: Installation, expected: Made['deaths'] = {}): string[] {
  return [...installation.deaths]
    .filter(([name, times]) => times !== (expected[name] ?? 0))
    .map(([name, times]) => `${name} ended ${times} times by itself, expected were ${expected[name] ?? 0}`)
}
