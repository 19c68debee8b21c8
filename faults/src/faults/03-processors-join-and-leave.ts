import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/twitch-stub/random'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import { maxRecoveryS, maxStaleMs, problemIfLate, problemIfStale } from '../judges/limits.ts'

const channels = ['moved_a', 'moved_b', 'moved_c', 'moved_d', 'moved_e', 'moved_f']
const joining = ['processor-2', 'processor-3']
const changes = 16
/** The longest pause between two changes. */
const pauseMs = 3000
/** Both may be killed one after the other: the group then waits for the session of the second. */
const maxStaleAfterKillsMs = pauseMs + maxRecoveryS * 1000

/** Starts or ends one of the joining processors, `changes` times; returns the longest recovery from the last kill before it. */
async function change(
  { installation, watcher }: FaultRun,
  random: Random,
  active: Set<string>,
  killShare: number,
): Promise<number> {
  const recoveries: Promise<number>[] = []
  let killedAtMs = 0
  for (let made = 0; made < changes; made++) {
    const name = random.pick(joining)
    if (!active.has(name)) {
      await installation.start('processor', name)
      active.add(name)
    } else {
      const isKilled = random.chance(killShare)
      const leaving = installation.process(name)
      active.delete(name)
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

export const processorsJoinAndLeave = defineFault({
  id: 3,
  name: 'processors join and leave every few seconds',
  load: { name: 'fault-3', channels, linesPerSecond: 1000, archive: 'same row', hasPage: true },
  async make(run) {
    const { watcher, log } = run
    const random = new Random(run.seed)
    const active = new Set<string>()
    const notes: string[] = []
    const takeStalestMs = (how: string) => {
      const { stalestMs } = watcher
      notes.push(`${how}: shown at most ${inSeconds(stalestMs)} old`)
      log(notes.at(-1) ?? '')
      watcher.resetStalest()
      return stalestMs
    }
    await change(run, random, active, 0)
    const stalestInOrderMs = takeStalestMs('in order')
    const recoveredInS = await change(run, random, active, 0.5)
    const stalestWithKillsMs = takeStalestMs('with kills')
    return { times: 2 * changes, recoveredInS, stalestInOrderMs, stalestWithKillsMs, notes }
  },
  expect: (_run, _verdict, { recoveredInS, stalestInOrderMs, stalestWithKillsMs }) => [
    ...problemIfStale('in order', stalestInOrderMs, maxStaleMs),
    ...problemIfStale('with kills', stalestWithKillsMs, maxStaleAfterKillsMs),
    ...problemIfLate('fresh', recoveredInS),
  ],
})
