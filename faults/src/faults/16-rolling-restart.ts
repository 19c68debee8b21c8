import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import type { Fault } from '../harness/define-fault.ts'
import { isHeard, Listening } from '../judges/join-sampler.ts'
import { Traffic } from '../load/traffic.ts'
import { underLoad, type Running } from '../harness/under-load.ts'
import { maxStaleMs, Watcher } from '../clients/watcher.ts'

const channels = ['rolled_a', 'rolled_b', 'rolled_c', 'rolled_d', 'rolled_e', 'rolled_f']
/** Nobody monitors it: it is joined for as long as the lease of those who watch it is renewed. */
const leased = 'rolled_leased'
const services = ['processor', 'ingest', 'gateway', 'web'] as const
/** How long each is watched after its stop: beyond the sessions of 6 and 10 s, and with the gateway beyond a lease of 60 s. */
const watchedMs = { processor: 15_000, ingest: 15_000, gateway: 70_000, web: 15_000 }

/** Starts the next version of each service beside the one that runs, stops that, and tells how old what is shown becomes. */
async function restartAll(
  { installation }: Running,
  watchers: readonly Watcher[],
  say: (line: string) => void,
): Promise<{ notes: string[]; problems: string[] }> {
  const notes: string[] = []
  const problems: string[] = []
  await Promise.all(watchers.map((watcher) => watcher.recovered(Date.now())))
  for (const service of services) {
    for (const watcher of watchers) watcher.forget()
    const startedAtMs = Date.now()
    await installation.start(service, `${service}-next`)
    await installation.process(service).stop(10_000)
    await Promise.all(watchers.map((watcher) => watcher.recovered(startedAtMs)))
    await delay(watchedMs[service])
    const stalestMs = Math.max(...watchers.map((watcher) => watcher.stalestMs))
    notes.push(`${service}: clients at most ${(stalestMs / 1000).toFixed(1)} s behind`)
    if (stalestMs > maxStaleMs) problems.push(`${service}: clients were ${stalestMs} ms behind`)
    say(`another ${service}, watched for ${watchedMs[service] / 1000} s`)
  }
  return { notes, problems }
}

export const rollingRestart: Fault = {
  rows: [{ id: 16, name: 'rolling restart of every service' }],
  hasShortForm: false,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-16', channels, linesPerSecond: 500, archive: 'same row', hasPage: true },
      async (running) => {
        const { installation, traffic, watcher } = running
        const { twitch } = installation
        using page = new Watcher(installation.url('web'), [...channels, leased])
        await until(() => isHeard(twitch, leased), 'the channel that is watched is joined')
        using listening = new Listening(twitch, [...channels, leased])
        const there = new Traffic(twitch, { channels: [leased], linesPerSecond: 50, seed: context.seed })
        there.start()
        const made = await restartAll(running, [watcher, page], context.say).finally(() => there.stop())
        traffic.sent.push(...there.sent)
        const unheard = [...listening.longestMs].map(([login, ms]) => `${login} was unheard for ${ms} ms`)
        return { times: services.length, notes: made.notes, problems: [...made.problems, ...unheard] }
      },
    )
  },
}
