import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/twitch-stub/random'
import type { Fault } from '../harness/define-fault.ts'
import { underLoad, type Running } from '../harness/under-load.ts'
import { backWithinS, maxStaleMs } from '../clients/watcher.ts'

const channels = ['moved_a', 'moved_b', 'moved_c', 'moved_d', 'moved_e', 'moved_f']
const others = ['processor-2', 'processor-3']
const changes = 16
/** Between two changes, at most. */
const pauseMs = 3000
/** Both others may be killed one after the other: the group then waits for the session of the second. */
const maxStaleAfterKillsMs = pauseMs + backWithinS * 1000

/** Starts or ends one of the others, time after time; gives the longest from a kill, the last of several, until all was fresh. */
async function change(
  { installation, watcher }: Running,
  random: Random,
  running: Set<string>,
  killShare: number,
): Promise<number> {
  const recoveries: Promise<number>[] = []
  let killedAtMs = 0
  for (let made = 0; made < changes; made++) {
    const name = random.pick(others)
    if (!running.has(name)) {
      await installation.start('processor', name)
      running.add(name)
    } else {
      const isKilled = random.chance(killShare)
      const leaving = installation.process(name)
      running.delete(name)
      if (isKilled) {
        await leaving.kill()
        killedAtMs = Date.now()
        const recovered = watcher.recovered(killedAtMs).then(() => (Date.now() - killedAtMs) / 1000)
        recoveries.push(recovered.catch(() => Infinity))
      } else await leaving.stop(10_000)
    }
    await delay(random.below(pauseMs))
  }
  recoveries.push(watcher.recovered(Date.now()))
  return Math.max(...(await Promise.all(recoveries)))
}

export const processorsComeAndGo: Fault = {
  rows: [{ id: 3, name: 'processors join and leave every few seconds' }],
  hasShortForm: false,
  run(context) {
    const random = new Random(context.seed)
    const running = new Set<string>()
    return underLoad(
      context,
      { name: 'fault-3', channels, linesPerSecond: 1000, archive: 'same row', hasPage: true },
      async (load) => {
        const { watcher } = load
        const problems: string[] = []
        const notes: string[] = []
        const judge = (what: string, allowedMs: number) => {
          const note = `${what}: shown at most ${(watcher.stalestMs / 1000).toFixed(1)} s old`
          context.say(note)
          notes.push(note)
          if (watcher.stalestMs > allowedMs)
            problems.push(`${what}: shown ${watcher.stalestMs} ms old, allowed are ${allowedMs}`)
          watcher.forget()
        }
        await change(load, random, running, 0)
        judge('in order', maxStaleMs)
        const recoveredInS = await change(load, random, running, 0.5)
        judge('with kills', maxStaleAfterKillsMs)
        if (recoveredInS > backWithinS) problems.push(`back after ${recoveredInS.toFixed(1)} s`)
        return { times: 2 * changes, recoveredInS, notes, problems }
      },
    )
  },
}
