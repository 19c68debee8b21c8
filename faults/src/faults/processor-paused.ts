import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import { underLoad } from '../under-load.ts'
import { backWithinS } from '../watcher.ts'

const channels = ['paused_a', 'paused_b', 'paused_c', 'paused_d', 'paused_e', 'paused_f']
const sessionMs = 6000

/** The one that sleeps wakes up believing that it still owns its partitions. */
export const processorPaused: Fault = {
  rows: [{ id: 2, name: 'one of two processors stopped beyond its session, and woken' }],
  hasShortForm: true,
  run(context) {
    const times = context.short ? 1 : 5
    return underLoad(
      context,
      {
        name: 'fault-2',
        channels,
        linesPerSecond: context.short ? 200 : 1000,
        archive: 'same row',
        hasPage: true,
      },
      async ({ installation, watcher }) => {
        const other = await installation.start('processor', 'processor-2')
        let recoveredInS = 0
        for (let turn = 0; turn < times; turn++) {
          const paused = turn % 2 === 0 ? installation.process('processor') : other
          const pausedAtMs = Date.now()
          paused.signal('SIGSTOP')
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(pausedAtMs))
          await delay(sessionMs)
          const wokenAtMs = Date.now()
          paused.signal('SIGCONT')
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(wokenAtMs))
          await delay(sessionMs / 2)
          await watcher.recovered(Date.now())
          context.say(`turn ${turn + 1} of ${times}`)
        }
        const isSlow = !context.short && recoveredInS > backWithinS
        return { times, recoveredInS, problems: isSlow ? [`back after ${recoveredInS.toFixed(1)} s`] : [] }
      },
    )
  },
}
