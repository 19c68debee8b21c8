import { isDeepStrictEqual } from 'node:util'
import { until } from '@chat-battle/testkit/testing'
import { watchArrivals, type Attempt } from '../clients/connection-times.ts'
import type { Fault } from '../harness/define-fault.ts'
import { PageClient } from '../clients/page-client.ts'
import { restStats } from '../installation/rest.ts'
import { underLoad } from '../harness/under-load.ts'

const channels = ['gated_a', 'gated_b', 'gated_c', 'gated_d']
const atOnceMs = 100
/** The share of the clients that may try to come back at once. */
const maxShareAtOnce = 0.3
const backWithinMs = 60_000
const settledWithinMs = 10_000

export const gatewayKilled: Fault = {
  rows: [{ id: 9, name: 'gateway killed under its clients' }],
  hasShortForm: true,
  run(context) {
    const count = context.short ? 60 : 500
    const times = context.short ? 1 : 3
    const env = { MAX_SOCKETS_PER_ADDRESS: String(count + 10) }
    return underLoad(
      context,
      { name: 'fault-9', channels, linesPerSecond: 100, env },
      async ({ installation, traffic, watcher }) => {
        using arrivals = await watchArrivals(Number(new URL(installation.url('gateway')).port))
        using stack = new DisposableStack()
        const clients = Array.from({ length: count }, (_, index) =>
          stack.use(new PageClient(arrivals.url(String(index)), channels[index % channels.length] ?? '')),
        )
        const allShow = (sinceMs: number) =>
          until(
            () => clients.every(({ shown }) => (shown?.last_message_at ?? 0) > sinceMs),
            'every client shows what was written since',
            backWithinMs,
          )
        await allShow(Date.now())
        const notes: string[] = []
        const problems: string[] = []
        let recoveredInS = 0
        for (let kill = 0; kill < times; kill++) {
          const before = clients.map(({ connectedAtMs }) => connectedAtMs.length)
          const [killedAtMs, killedMs] = [Date.now(), performance.now()]
          installation.process('gateway').signal('SIGKILL')
          await until(
            () => clients.every(({ connectedAtMs }, index) => connectedAtMs.length > (before[index] ?? 0)),
            'every client is back',
            backWithinMs,
          )
          await allShow(killedAtMs)
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(killedAtMs))
          const backS = clients.map(
            ({ connectedAtMs }, index) => ((connectedAtMs[before[index] ?? 0] ?? 0) - killedMs) / 1000,
          )
          const tries = arrivals.attempts.filter(({ atMs }) => atMs > killedMs)
          const most = mostAtOnce(tries)
          notes.push(
            `back from ${Math.min(...backS).toFixed(1)} to ${Math.max(...backS).toFixed(1)} s, at most ${most} of them within ${atOnceMs} ms`,
          )
          if (!context.short && most > count * maxShareAtOnce)
            problems.push(`${most} clients tried within ${atOnceMs} ms`)
        }
        await traffic.stop()
        for (const login of channels) {
          const watching = clients.filter((client) => client.login === login)
          const isNewest = async () => {
            const newest = await restStats(installation, 'gateway', login)
            return watching.every(({ shown }) => isDeepStrictEqual(shown, newest))
          }
          await until(isNewest, `${login}: every client shows what REST does`, settledWithinMs).catch(
            (error: unknown) => problems.push(String(error)),
          )
        }
        const wentBack = clients.filter((each) => each.wentBack > 0).length
        if (wentBack > 0) problems.push(`${wentBack} clients were sent older figures than they had`)
        return {
          times,
          deaths: { gateway: times },
          recoveredInS,
          notes: [`${count} clients`, ...notes],
          problems,
        }
      },
    )
  },
}

/** The greatest number of clients that try within any `atOnceMs`; `attempts` in their order. */
function mostAtOnce(attempts: readonly Attempt[]): number {
  const trying = new Map<string, number>()
  let most = 0
  let first = 0
  for (const { atMs, client } of attempts) {
    trying.set(client, (trying.get(client) ?? 0) + 1)
    for (; atMs - (attempts[first]?.atMs ?? atMs) >= atOnceMs; first++) {
      const { client: past } = attempts[first] as Attempt
      const left = (trying.get(past) ?? 1) - 1
      if (left === 0) trying.delete(past)
      else trying.set(past, left)
    }
    most = Math.max(most, trying.size)
  }
  return most
}
