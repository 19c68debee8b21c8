import { setTimeout as delay } from 'node:timers/promises'
import { defineFault } from '../harness/define-fault.ts'
import { problemIfLate } from '../judges/limits.ts'

const channels = ['paused_a', 'paused_b', 'paused_c', 'paused_d', 'paused_e', 'paused_f']
const names = ['processor', 'processor-2'] as const
const sessionMs = 6000

/** The stopped processor wakes up and still believes that it owns its partitions. */
export const processorPaused = defineFault({
  id: 2,
  name: 'one of two processors stopped beyond its session, woken',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-2',
    channels,
    linesPerSecond: isShort ? 200 : 1000,
    archive: 'same row',
    hasPage: true,
  }),
  async make({ installation, watcher, isShort, log }) {
    const times = isShort ? 2 : 5
    await installation.start('processor', 'processor-2')
    const refusedBy = (name: string) =>
      installation.metric(name, 'processor_takeovers_total', { result: 'lost' })
    let [recoveredInS, refusedWrites, turnsRefused] = [0, 0, 0]
    for (let turn = 0; turn < times; turn++) {
      const name = names[turn % names.length] ?? 'processor'
      const paused = installation.process(name)
      // A processor that is stopped before it has its partitions has nothing to write when it wakes up.
      await watcher.recovered(Date.now())
      const refusedBefore = await refusedBy(name)
      const pausedAtMs = Date.now()
      paused.signal('SIGSTOP')
      recoveredInS = Math.max(recoveredInS, await watcher.recovered(pausedAtMs))
      await delay(sessionMs)
      const wokenAtMs = Date.now()
      paused.signal('SIGCONT')
      recoveredInS = Math.max(recoveredInS, await watcher.recovered(wokenAtMs))
      await delay(sessionMs / 2)
      const writes = (await refusedBy(name)) - refusedBefore
      refusedWrites += writes
      if (writes > 0) turnsRefused++
      log(`turn ${turn + 1} of ${times}: ${writes} writes of the woken processor were refused`)
    }
    return {
      times,
      recoveredInS,
      refusedWrites,
      notes: [`${refusedWrites} writes of the woken processor refused, in ${turnsRefused} of ${times} turns`],
    }
  },
  expect: ({ isShort }, _verdict, { recoveredInS, refusedWrites }) => [
    ...(isShort ? [] : problemIfLate('fresh', recoveredInS)),
    ...(refusedWrites === 0 ? ['a woken processor tried no write, so none was refused'] : []),
  ],
})
