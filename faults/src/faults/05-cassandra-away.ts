import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import { readWindows } from '../judges/archive-rows.ts'
import type { Fault } from '../harness/define-fault.ts'
import { underLoad } from '../harness/under-load.ts'
import { maxStaleMs } from '../clients/watcher.ts'

const channels = ['archived_a', 'archived_b', 'archived_c', 'archived_d']

export const cassandraAway: Fault = {
  rows: [{ id: 5, name: 'Cassandra killed, and away for a while' }],
  hasShortForm: true,
  run(context) {
    const awayMs = context.short ? 5000 : 120_000
    return underLoad(
      context,
      { name: 'fault-5', channels, linesPerSecond: context.short ? 200 : 1000, archive: 'same row' },
      async ({ installation, watcher }) => {
        const { cassandra } = context.cluster
        await cassandra.kill()
        watcher.forget()
        await delay(awayMs)
        const { stalestMs } = watcher
        await cassandra.start()
        await until(() => readWindows(installation).catch(() => undefined), 'Cassandra answers', 120_000)
        await watcher.recovered(Date.now())
        return {
          times: 1,
          problems:
            !context.short && stalestMs > maxStaleMs ? [`statistics were ${stalestMs} ms old meanwhile`] : [],
          notes: [
            `away for ${awayMs / 1000} s; statistics meanwhile at most ${(stalestMs / 1000).toFixed(1)} s old`,
          ],
        }
      },
    )
  },
}
