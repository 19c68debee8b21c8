import { setTimeout as delay } from 'node:timers/promises'
import { until, windowLasts } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { maxRecoveryS, problemIfLate } from '../judges/limits.ts'

const channels = ['killed_a', 'killed_b', 'killed_c', 'killed_d']
const restarts = 3
const maxRestartS = 5
/** After a crash, the group of the archive admits no new member for its session. */
const archiveSessionMs = 10_000
/** The kills begin this long before the end of a window, which closes one minute after it: it closes during the kills. */
const windowLeftMs = 270_000
/** A processor that is killed again during its takeover costs the group a second session. */
const maxSecondRecoveryS = maxRecoveryS + 6

/** Kills the processor at a random moment; returns when, epoch ms. */
async function kill({ installation }: FaultRun, random: Random): Promise<number> {
  const processor = installation.process('processor')
  await delay(random.below(4000))
  await until(() => processor.pid, 'the processor is started')
  processor.signal('SIGKILL')
  return Date.now()
}

async function killAlone(run: FaultRun, random: Random, times: number): Promise<number> {
  let longestS = 0
  for (let made = 1; made <= times; made++) {
    const tookS = await run.watcher.recovered(await kill(run, random))
    longestS = Math.max(longestS, tookS)
    run.log(`kill ${made} of ${times}: fresh again after ${tookS.toFixed(1)} s`)
  }
  return longestS
}

async function killInPairs(run: FaultRun, random: Random, pairs: number): Promise<number> {
  let longestS = 0
  for (let pair = 1; pair <= pairs; pair++) {
    await kill(run, random)
    const tookS = await run.watcher.recovered(await kill(run, random))
    longestS = Math.max(longestS, tookS)
    run.log(`killed again during the takeover: fresh again after ${tookS.toFixed(1)} s`)
  }
  return longestS
}

async function restartGracefully({ installation, watcher }: FaultRun, times: number): Promise<number> {
  const processor = installation.process('processor')
  let longestS = 0
  for (let made = 0; made < times; made++) {
    const stoppedAtMs = Date.now()
    await processor.stop(10_000)
    await processor.start()
    longestS = Math.max(longestS, await watcher.recovered(stoppedAtMs))
  }
  return longestS
}

/** The archive is a part of the processor: each kill is one of both, and both are judged. */
export const processorKilled = defineFault({
  id: 1,
  name: 'processor killed at random moments',
  archiveRow: { id: 6, name: 'archive killed at random moments' },
  hasShortForm: true,
  async prepare({ isShort }) {
    if (!isShort) await windowLasts(0, windowLeftMs)
  },
  load: ({ isShort }) => ({
    name: 'fault-1',
    channels,
    linesPerSecond: isShort ? 300 : 2000,
    archive: 'own row',
    hasPage: true,
  }),
  async make(run) {
    const { isShort } = run
    const random = new Random(run.seed)
    const [kills, pairs] = isShort ? [2, 0] : [30, 5]
    const recoveredInS = await killAlone(run, random, kills)
    const secondRecoveryS = await killInPairs(run, random, pairs)
    // A member that is not admitted yet cannot leave its group before it is.
    if (!isShort) await delay(archiveSessionMs)
    const restartedInS = await restartGracefully(run, isShort ? 1 : restarts)
    const times = kills + 2 * pairs
    return {
      times,
      expectedDeaths: { processor: times },
      recoveredInS,
      secondRecoveryS,
      restartedInS,
      notes: [
        `stopped and started: fresh after ${restartedInS.toFixed(1)} s`,
        ...(isShort ? [] : [`killed again during the takeover: after ${secondRecoveryS.toFixed(1)} s`]),
      ],
    }
  },
  expect({ isShort }, { closedWindows }, { recoveredInS, secondRecoveryS, restartedInS }) {
    // The short form runs beside other tests, on machines of any speed.
    if (isShort) return []
    return [
      ...problemIfLate('fresh', recoveredInS),
      ...problemIfLate('killed again: fresh', secondRecoveryS, maxSecondRecoveryS),
      ...problemIfLate('restarted: fresh', restartedInS, maxRestartS),
      ...(closedWindows < channels.length ? [`only ${closedWindows} windows were closed`] : []),
    ]
  },
})
