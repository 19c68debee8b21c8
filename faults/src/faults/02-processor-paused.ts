import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../harness/define-fault.ts'
import { underLoad } from '../harness/under-load.ts'
import { backWithinS } from '../clients/watcher.ts'

const channels = ['paused_a', 'paused_b', 'paused_c', 'paused_d', 'paused_e', 'paused_f']
const names = ['processor', 'processor-2'] as const
const sessionMs = 6000

/** The one that sleeps wakes up believing that it still owns its partitions. */
export const processorPaused: Fault = {
  rows: [{ id: 2, name: 'one of two processors stopped beyond its session, and woken' }],
  hasShortForm: true,
  run(context) {
    const times = context.short ? 2 : 5
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
        await installation.start('processor', 'processor-2')
        const refused = (name: string) =>
          installation.metric(name, 'processor_takeovers_total', { result: 'lost' })
        let recoveredInS = 0
        let refusedWrites = 0
        let turnsRefused = 0
        for (let turn = 0; turn < times; turn++) {
          const name = names[turn % names.length] ?? 'processor'
          const paused = installation.process(name)
          // One that is stopped while it waits for its partitions has nothing to write when it is woken.
          await watcher.recovered(Date.now())
          const refusedBefore = await refused(name)
          const pausedAtMs = Date.now()
          paused.signal('SIGSTOP')
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(pausedAtMs))
          await delay(sessionMs)
          const wokenAtMs = Date.now()
          paused.signal('SIGCONT')
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(wokenAtMs))
          await delay(sessionMs / 2)
          const writes = (await refused(name)) - refusedBefore
          refusedWrites += writes
          if (writes > 0) turnsRefused++
          context.say(`turn ${turn + 1} of ${times}: ${writes} writes of the woken one were refused`)
        }
        const problems: string[] = []
        if (!context.short && recoveredInS > backWithinS)
          problems.push(`back after ${recoveredInS.toFixed(1)} s`)
        if (refusedWrites === 0) problems.push('no write of a woken processor was refused: nothing was tried')
        return {
          times,
          recoveredInS,
          problems,
          notes: [`${refusedWrites} writes of the woken one refused, in ${turnsRefused} of ${times} turns`],
        }
      },
    )
  },
}
