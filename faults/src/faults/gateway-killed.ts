import { isDeepStrictEqual } from 'node:util'
import { channelStats } from '@chat-battle/contracts/channel-stats'
import { until } from '@chat-battle/infra/testing'
import type { Fault } from '../fault.ts'
import type { Installation } from '../installation.ts'
import { PageClient } from '../page-client.ts'
import { underLoad } from '../under-load.ts'

const channels = ['gated_a', 'gated_b', 'gated_c', 'gated_d']
const atOnceMs = 100
/** The share of the clients that may come back at once. */
const maxShareAtOnce = 0.3
const backWithinMs = 60_000
const settledWithinMs = 10_000

export const gatewayKilled: Fault = {
  rows: [{ id: 9, name: 'gateway killed under its clients' }],
  hasShortForm: true,
  run(context) {
    // Fewer could not be told from a crowd: a third of sixty come together by chance.
    const count = context.short ? 200 : 500
    const times = context.short ? 1 : 3
    const env = { MAX_SOCKETS_PER_ADDRESS: String(count + 10) }
    return underLoad(
      context,
      { name: 'fault-9', channels, linesPerSecond: 100, env },
      async ({ installation, traffic, watcher }) => {
        using stack = new DisposableStack()
        const clients = Array.from({ length: count }, (_, index) =>
          stack.use(new PageClient(installation.url('gateway'), channels[index % channels.length] ?? '')),
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
          const { text, mostAtOnce } = spread(
            clients.map(({ connectedAtMs }, index) => (connectedAtMs[before[index] ?? 0] ?? 0) - killedMs),
          )
          notes.push(text)
          if (mostAtOnce > count * maxShareAtOnce)
            problems.push(`${mostAtOnce} clients came back within ${atOnceMs} ms`)
        }
        await traffic.stop()
        for (const login of channels) {
          const watching = clients.filter((client) => client.login === login)
          const isNewest = async () => {
            const newest = await restStats(installation, login)
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

async function restStats(installation: Installation, login: string) {
  const response = await fetch(`${installation.url('gateway')}/api/channels/${login}/stats`)
  return channelStats.parse(await response.json())
}

/** How the clients' returns are spread over time, and how many lie within any `atOnceMs`. */
function spread(afterMs: readonly number[]): { text: string; mostAtOnce: number } {
  const sorted = afterMs.toSorted((a, b) => a - b)
  let mostAtOnce = 0
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= atOnceMs) first++
    mostAtOnce = Math.max(mostAtOnce, last - first + 1)
  }
  const seconds = (ms = 0) => (ms / 1000).toFixed(1)
  const text = `back from ${seconds(sorted[0])} to ${seconds(sorted.at(-1))} s, at most ${mostAtOnce} within ${atOnceMs} ms`
  return { text, mostAtOnce }
}
