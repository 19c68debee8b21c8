import { setTimeout as delay } from 'node:timers/promises'
import { defineFault } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import { untilArchiveAnswers } from '../judges/archive-rows.ts'
import { problemIfStale } from '../judges/limits.ts'

const channels = ['archived_a', 'archived_b', 'archived_c', 'archived_d']

export const cassandraAway = defineFault({
  id: 5,
  name: 'Cassandra killed, and away for a while',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-5',
    channels,
    linesPerSecond: isShort ? 200 : 1000,
    archive: 'same row',
  }),
  async make({ installation, watcher, cluster, isShort }) {
    const awayMs = isShort ? 5000 : 120_000
    await cluster.cassandra.kill()
    watcher.resetStalest()
    await delay(awayMs)
    const { stalestMs } = watcher
    await cluster.cassandra.start()
    await untilArchiveAnswers(installation)
    await watcher.recovered(Date.now())
    return {
      times: 1,
      stalestMs,
      notes: [`away for ${awayMs / 1000} s; statistics meanwhile at most ${inSeconds(stalestMs)} old`],
    }
  },
  expect: ({ isShort }, _verdict, { stalestMs }) =>
    isShort ? [] : problemIfStale('without Cassandra', stalestMs),
})
