import type { FaultContext, Outcome } from './fault.ts'
import { install, type Installation } from './installation.ts'
import { Traffic } from './traffic.ts'
import { judge, type Verdict } from './verdict.ts'
import { Watcher } from './watcher.ts'

export interface Load {
  /** Of the installation's topics and tables: one a fault. */
  name: string
  channels: readonly string[]
  linesPerSecond: number
  env?: NodeJS.ProcessEnv
  /** Whether the fault keeps ingest from hearing or writing. Where it does not, a gap would hide a loss. */
  hasGaps?: boolean
  /** Whether the archive is held against what was sent as well, and where: in the same row or in one of its own. */
  archive?: 'same row' | 'own row'
}

export interface Running {
  installation: Installation
  traffic: Traffic
  /** Watches all channels, or the first that a socket may watch. */
  watcher: Watcher
}

export interface Made extends Omit<Outcome, 'verdict'> {
  problems?: string[]
}

/** Makes a fault on an installation whose chat goes on all the while, and judges what it shows in the end. */
export async function underLoad(
  { cluster, seed }: FaultContext,
  { name, channels, linesPerSecond, env, archive, hasGaps = false }: Load,
  make: (running: Running) => Promise<Made>,
  /** What else must hold when all is settled. */
  check: (running: Running, verdict: Verdict) => Promise<string[]> | string[] = () => [],
): Promise<Outcome[]> {
  await using installation = await install(cluster, { name, channels, ...(env === undefined ? {} : { env }) })
  const traffic = new Traffic(installation.twitch, { channels, linesPerSecond, seed })
  using watcher = new Watcher(installation.url('gateway'), channels)
  const running = { installation, traffic, watcher }
  traffic.start()
  await watcher.recovered(Date.now())
  watcher.forget()
  const { problems = [], ...made } = await make(running).finally(() => traffic.stop())
  const verdict = await judge(installation, traffic.sent, { archive: archive === 'same row' })
  verdict.problems.push(...problems, ...(await check(running, verdict)))
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
  if (archive !== 'own row') return [outcome]
  return [outcome, { times: made.times, verdict: await judge(installation, traffic.sent, { archive: true }) }]
}
