import { setTimeout as delay } from 'node:timers/promises'
import type { Watcher } from '../clients/watcher.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import { JoinSampler } from '../installation/twitch-joins.ts'
import { problemIfStale } from '../judges/limits.ts'
import { watchLeasedChannel } from '../load/leased-channel.ts'

const channels = ['rolled_a', 'rolled_b', 'rolled_c', 'rolled_d', 'rolled_e', 'rolled_f']
/** Joined only while the lease of its watchers is renewed. */
const leased = 'rolled_leased'
/** In the order of a rolling restart: see docs/runbook.md. */
const services = ['processor', 'ingest', 'gateway', 'web'] as const
/** How long each is watched after its stop: beyond sessions of 6 and 10 s, and for the gateway beyond a lease of 60 s. */
const watchedForMs = { processor: 15_000, ingest: 15_000, gateway: 70_000, web: 15_000 }

/** Starts the next version of each service beside the running one and stops that; reports how stale figures become. */
async function restartAll(
  { installation, log }: FaultRun,
  watchers: readonly Watcher[],
): Promise<{ notes: string[]; problems: string[] }> {
  const notes: string[] = []
  const problems: string[] = []
  await Promise.all(watchers.map((watcher) => watcher.recovered(Date.now())))
  for (const service of services) {
    for (const watcher of watchers) watcher.resetStalest()
    const startedAtMs = Date.now()
    await installation.start(service, `${service}-next`)
    await installation.process(service).stop(10_000)
    await Promise.all(watchers.map((watcher) => watcher.recovered(startedAtMs)))
    await delay(watchedForMs[service])
    const stalestMs = Math.max(...watchers.map((watcher) => watcher.stalestMs))
    notes.push(`${service}: clients at most ${inSeconds(stalestMs)} behind`)
    problems.push(...problemIfStale(`${service}: clients`, stalestMs))
    log(`another ${service}, watched for ${watchedForMs[service] / 1000} s`)
  }
  return { notes, problems }
}

export const rollingRestart = defineFault({
  id: 16,
  name: 'rolling restart of every service',
  load: { name: 'fault-16', channels, linesPerSecond: 500, archive: 'same row', hasPage: true },
  async make(run) {
    await using leasedChannel = await watchLeasedChannel(run, leased, channels)
    using joins = new JoinSampler(run.installation.twitch, [...channels, leased])
    const { notes, problems } = await restartAll(run, [run.watcher, leasedChannel.page])
    return { times: services.length, notes, problems: [...problems, ...joins.problems()] }
  },
})
