import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/twitch-stub/random'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { services } from '../installation/service-processes.ts'
import { problemIfLate } from '../judges/limits.ts'

const channels = ['asleep_a', 'asleep_b', 'asleep_c', 'asleep_d']
const secondInstances = ['processor-2', 'ingest-2'] as const
const turns = 8
/** From below the sessions of the groups (6 and 10 s) to beyond every timeout of a request or a connection. */
const longestMs = 70_000
const sleepsMs = [4000, 8000, 12_000, 20_000, 35_000, longestMs]
/** After a process was started, its group rebalances within this. */
const rebalancesWithinMs = 2500
/** A session, a rebalance, and Twitch's answer to the second or third attempt. */
const maxFreshAfterS = 30

/** Stops every process on the machine at once, cuts the connections to Twitch, and wakes all after `forMs`. */
async function sleep({ cluster, installation }: FaultRun, random: Random, forMs: number): Promise<void> {
  const all = [
    cluster.kafka,
    cluster.cassandra,
    ...[...services, ...secondInstances].map((name) => installation.process(name)),
  ]
  const first = random.below(all.length)
  const rotated = [...all.slice(first), ...all.slice(0, first)]
  for (const process of rotated) process.signal('SIGSTOP')
  for (const connection of installation.twitch.connections()) connection.drop()
  await delay(forMs)
  for (const process of rotated.reverse()) process.signal('SIGCONT')
}

/** Kills and starts one of the second instances; resolves at a random moment of the rebalance that follows. */
async function rebalance({ installation }: FaultRun, random: Random): Promise<void> {
  const process = installation.process(random.pick(secondInstances))
  await process.kill()
  await process.start()
  await delay(random.below(rebalancesWithinMs))
}

export const machineSleeps = defineFault({
  id: 22,
  name: 'the machine sleeps for up to 70 s, also in a rebalance',
  load: { name: 'fault-22', channels, linesPerSecond: 200, hasGaps: true, archive: 'same row' },
  async make(run) {
    const { installation, watcher, log } = run
    const random = new Random(run.seed)
    await installation.start('processor', 'processor-2')
    await installation.start('ingest', 'ingest-2')
    const problems: string[] = []
    let recoveredInS = 0
    for (let turn = 0; turn < turns; turn++) {
      await watcher.recovered(Date.now())
      const isRebalancing = turn % 2 === 1
      const forMs = turn < 2 ? longestMs : random.pick(sleepsMs)
      if (isRebalancing) await rebalance(run, random)
      await sleep(run, random, forMs)
      const wokenAtMs = Date.now()
      const tookS = await watcher.recovered(wokenAtMs)
      recoveredInS = Math.max(recoveredInS, tookS)
      const when = `turn ${turn + 1} of ${turns}: asleep for ${forMs / 1000} s${isRebalancing ? ' in a rebalance' : ''}`
      log(`${when}, fresh after ${tookS.toFixed(1)} s`)
      problems.push(...problemIfLate(`${when}, fresh`, tookS, maxFreshAfterS))
    }
    return { times: turns, recoveredInS, problems }
  },
})
