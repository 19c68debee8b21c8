import type { Fault } from '../fault.ts'
import { Listening } from '../listening.ts'
import { underLoad } from '../under-load.ts'
import { maxStaleMs, Watcher } from '../watcher.ts'

const channels = ['rolled_a', 'rolled_b', 'rolled_c', 'rolled_d', 'rolled_e', 'rolled_f']
const services = ['processor', 'ingest', 'gateway', 'web'] as const

/** The next version of each service is started beside the one that runs, which is then stopped. */
export const rollingRestart: Fault = {
  rows: [{ id: 16, name: 'rolling restart of every service' }],
  hasShortForm: false,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-16', channels, linesPerSecond: 500, archive: 'same row', hasPage: true },
      async ({ installation, watcher }) => {
        using listening = new Listening(installation.twitch, channels)
        using page = new Watcher(installation.url('web'), channels)
        await page.recovered(Date.now())
        page.forget()
        const notes: string[] = []
        const problems: string[] = []
        for (const service of services) {
          const startedAtMs = Date.now()
          await installation.start(service, `${service}-next`)
          await installation.process(service).stop(10_000)
          await Promise.all([watcher.recovered(startedAtMs), page.recovered(startedAtMs)])
          const stalestMs = Math.max(watcher.stalestMs, page.stalestMs)
          notes.push(`${service}: clients at most ${(stalestMs / 1000).toFixed(1)} s behind`)
          if (stalestMs > maxStaleMs) problems.push(`${service}: clients were ${stalestMs} ms behind`)
          for (const each of [watcher, page]) each.forget()
        }
        for (const [login, ms] of listening.longestMs) problems.push(`${login} was unheard for ${ms} ms`)
        return { times: services.length, notes, problems }
      },
    )
  },
}
