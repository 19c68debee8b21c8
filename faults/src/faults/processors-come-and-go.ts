import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/infra/twitch/random'
import type { Fault } from '../fault.ts'
import { underLoad } from '../under-load.ts'
import { backWithinS } from '../watcher.ts'

const channels = ['moved_a', 'moved_b', 'moved_c', 'moved_d', 'moved_e', 'moved_f']
const changes = 16

export const processorsComeAndGo: Fault = {
  rows: [{ id: 3, name: 'processors join and leave every few seconds' }],
  hasShortForm: false,
  run(context) {
    const random = new Random(context.seed)
    return underLoad(
      context,
      { name: 'fault-3', channels, linesPerSecond: 1000, archive: 'same row', hasPage: true },
      async ({ installation, watcher }) => {
        const others = ['processor-2', 'processor-3']
        const running = new Set<string>()
        for (let change = 0; change < changes; change++) {
          const name = random.pick(others)
          if (!running.has(name)) {
            await installation.start('processor', name)
            running.add(name)
          } else {
            const leaving = installation.process(name)
            await (random.chance(0.5) ? leaving.kill() : leaving.stop(10_000))
            running.delete(name)
          }
          await delay(random.below(3000))
        }
        const recoveredInS = await watcher.recovered(Date.now())
        return {
          times: changes,
          recoveredInS,
          problems: recoveredInS > backWithinS ? [`back after ${recoveredInS.toFixed(1)} s`] : [],
          notes: [`shown at most ${(watcher.stalestMs / 1000).toFixed(1)} s old`],
        }
      },
    )
  },
}
