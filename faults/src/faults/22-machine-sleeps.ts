import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/twitch-stub/random'
import type { Fault, FaultContext } from '../harness/define-fault.ts'
import { services } from '../installation/installation.ts'
import { underLoad, type Running } from '../harness/under-load.ts'

const channels = ['asleep_a', 'asleep_b', 'asleep_c', 'asleep_d']
const others = ['processor-2', 'ingest-2'] as const
const turns = 8
/** From below the sessions of the groups (6 and 10 s) to beyond every timeout of a request or a connection. */
const longestMs = 70_000
const sleepsMs = [4000, 8000, 12_000, 20_000, 35_000, longestMs]
/** The group of a process that was started just now is rebalancing within this. */
const rebalancesWithinMs = 2500
/** A session, a rebalance, and Twitch's answer to the second or third attempt. */
const freshWithinS = 30

/** Stops everything that runs on the machine at once, cuts what the network had open, and wakes it all after `forMs`. */
async function sleep(
  { cluster }: FaultContext,
  running: Running,
  random: Random,
  forMs: number,
): Promise<void> {
  const { installation } = running
  const all = [
    cluster.kafka,
    cluster.cassandra,
    ...[...services, ...others].map((name) => installation.process(name)),
  ]
  const first = random.below(all.length)
  const inSomeOrder = [...all.slice(first), ...all.slice(0, first)]
  for (const process of inSomeOrder) process.signal('SIGSTOP')
  for (const connection of installation.twitch.connections()) connection.drop()
  await delay(forMs)
  for (const process of inSomeOrder.reverse()) process.signal('SIGCONT')
}

/** Kills one of the others and starts it again; resolves at some moment while its group is rebalancing. */
async function rebalance({ installation }: Running, random: Random): Promise<void> {
  const process = installation.process(random.pick(others))
  await process.kill()
  await process.start()
  await delay(random.below(rebalancesWithinMs))
}

export const machineSleeps: Fault = {
  rows: [{ id: 22, name: 'the machine sleeps for up to 70 s, also in a rebalance' }],
  hasShortForm: false,
  run(context) {
    const random = new Random(context.seed)
    return underLoad(
      context,
      { name: 'fault-22', channels, linesPerSecond: 200, hasGaps: true, archive: 'same row' },
      async (running) => {
        const { installation, watcher } = running
        await installation.start('processor', 'processor-2')
        await installation.start('ingest', 'ingest-2')
        const problems: string[] = []
        let recoveredInS = 0
        for (let turn = 0; turn < turns; turn++) {
          await watcher.recovered(Date.now())
          const isRebalancing = turn % 2 === 1
          const forMs = turn < 2 ? longestMs : random.pick(sleepsMs)
          if (isRebalancing) await rebalance(running, random)
          await sleep(context, running, random, forMs)
          const wokenAtMs = Date.now()
          const tookS = await watcher.recovered(wokenAtMs)
          recoveredInS = Math.max(recoveredInS, tookS)
          const when = `turn ${turn + 1} of ${turns}: asleep for ${forMs / 1000} s${isRebalancing ? ' in a rebalance' : ''}`
          context.say(`${when}, fresh after ${tookS.toFixed(1)} s`)
          if (tookS > freshWithinS) problems.push(`${when}: fresh after ${tookS.toFixed(1)} s`)
        }
        return { times: turns, recoveredInS, problems }
      },
    )
  },
}
