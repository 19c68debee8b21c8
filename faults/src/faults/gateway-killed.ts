import { until } from '@chat-battle/infra/testing'
import type { Fault } from '../fault.ts'
import { underLoad } from '../under-load.ts'
import { Watcher } from '../watcher.ts'

const channels = ['gated_a', 'gated_b', 'gated_c', 'gated_d']
const bucketMs = 100

export const gatewayKilled: Fault = {
  rows: [{ id: 9, name: 'gateway killed under its clients' }],
  hasShortForm: true,
  run(context) {
    const clients = context.short ? 60 : 500
    const times = context.short ? 1 : 3
    const env = { MAX_SOCKETS_PER_ADDRESS: String(clients + 10) }
    return underLoad(
      context,
      { name: 'fault-9', channels, linesPerSecond: 100, env },
      async ({ installation, watcher }) => {
        using stack = new DisposableStack()
        const watchers = Array.from({ length: clients }, (_, index) =>
          stack.use(new Watcher(installation.url('gateway'), [channels[index % channels.length] ?? ''])),
        )
        const allFresh = async (sinceMs: number) =>
          Math.max(...(await Promise.all(watchers.map((each) => each.recovered(sinceMs)))))
        await allFresh(Date.now())
        const notes: string[] = []
        const problems: string[] = []
        let recoveredInS = 0
        for (let kill = 0; kill < times; kill++) {
          const killedAtMs = Date.now()
          const killedMs = performance.now()
          process.kill(installation.process('gateway').pid ?? 0, 'SIGKILL')
          await until(() => watchers.every(({ isConnected }) => !isConnected), 'every client has noticed')
          recoveredInS = Math.max(
            recoveredInS,
            await allFresh(killedAtMs),
            await watcher.recovered(killedAtMs),
          )
          const { text, mostAtOnce } = spread(
            watchers.map(({ connectedAtMs }) => (connectedAtMs.at(-1) ?? 0) - killedMs),
          )
          notes.push(text)
          if (mostAtOnce > clients / 2) problems.push(`${mostAtOnce} clients came back within ${bucketMs} ms`)
        }
        const wentBack = watchers.filter((each) => each.wentBack > 0).length
        if (wentBack > 0) problems.push(`${wentBack} clients were shown older figures than before`)
        return {
          times,
          recoveredInS,
          notes: [`${clients} clients`, ...notes],
          problems,
        }
      },
    )
  },
}

/** How the clients' returns are spread over time. */
function spread(afterMs: readonly number[]): { text: string; mostAtOnce: number } {
  const sorted = afterMs.toSorted((a, b) => a - b)
  const buckets = Map.groupBy(sorted, (ms) => Math.floor(ms / bucketMs))
  const mostAtOnce = Math.max(...[...buckets.values()].map(({ length }) => length))
  const seconds = (ms = 0) => (ms / 1000).toFixed(1)
  const text = `back from ${seconds(sorted[0])} to ${seconds(sorted.at(-1))} s, at most ${mostAtOnce} within ${bucketMs} ms`
  return { text, mostAtOnce }
}
