import { setTimeout as delay } from 'node:timers/promises'
import { until, windowLasts } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import type { Fault } from '../harness/define-fault.ts'
import { underLoad } from '../harness/under-load.ts'
import { backWithinS } from '../clients/watcher.ts'

const channels = ['killed_a', 'killed_b', 'killed_c', 'killed_d']
const restartedWithinS = 5
/** After a crash, the archive's groups let nobody in for so long. */
const archiveSessionMs = 10_000
/** A window is closed a minute after its end. So long before that the kills begin, to have it closed under them. */
const windowLeftMs = 270_000
/** One that is killed again while it takes over costs the group a second session. */
const backAgainWithinS = backWithinS + 6

/** The archive is a part of the processor: each kill is one of both, and both are held against what was sent. */
export const processorKilled: Fault = {
  rows: [
    { id: 1, name: 'processor killed at random moments' },
    { id: 6, name: 'archive killed at random moments' },
  ],
  hasShortForm: true,
  async run(context) {
    const { seed, short, say } = context
    const random = new Random(seed)
    const kills = short ? 2 : 30
    const pairs = short ? 0 : 5
    const load = {
      name: 'fault-1',
      channels,
      linesPerSecond: short ? 300 : 2000,
      archive: 'own row' as const,
      hasPage: true,
    }
    if (!short) await windowLasts(0, windowLeftMs)
    return underLoad(
      context,
      load,
      async ({ installation, watcher }) => {
        const processor = installation.process('processor')
        const kill = async () => {
          await delay(random.below(4000))
          await until(() => processor.pid, 'the processor is started')
          processor.signal('SIGKILL')
          return Date.now()
        }
        let recoveredInS = 0
        for (let made = 1; made <= kills; made++) {
          const tookS = await watcher.recovered(await kill())
          recoveredInS = Math.max(recoveredInS, tookS)
          say(`kill ${made} of ${kills}: fresh again after ${tookS.toFixed(1)} s`)
        }
        let recoveredAgainInS = 0
        for (let pair = 1; pair <= pairs; pair++) {
          await kill()
          const tookS = await watcher.recovered(await kill())
          recoveredAgainInS = Math.max(recoveredAgainInS, tookS)
          say(`killed again while it took over: fresh again after ${tookS.toFixed(1)} s`)
        }
        let restartedInS = 0
        // One that was not let in yet has to wait for that before it can leave.
        if (!short) await delay(archiveSessionMs)
        for (let restart = short ? 3 : 1; restart <= 3; restart++) {
          const stoppedAtMs = Date.now()
          await processor.stop(10_000)
          await processor.start()
          restartedInS = Math.max(restartedInS, await watcher.recovered(stoppedAtMs))
        }
        const problems: string[] = []
        // The short form runs among tests, on machines whose pace is nobody's fault.
        if (!short && recoveredInS > backWithinS) problems.push(`back after ${recoveredInS.toFixed(1)} s`)
        if (recoveredAgainInS > backAgainWithinS)
          problems.push(`back after ${recoveredAgainInS.toFixed(1)} s when it was killed again`)
        if (!short && restartedInS > restartedWithinS)
          problems.push(`restarted after ${restartedInS.toFixed(1)} s`)
        return {
          times: kills + 2 * pairs,
          deaths: { processor: kills + 2 * pairs },
          recoveredInS,
          problems,
          notes: [
            `stopped and started: fresh after ${restartedInS.toFixed(1)} s`,
            ...(short ? [] : [`killed again while it took over: after ${recoveredAgainInS.toFixed(1)} s`]),
          ],
        }
      },
      (_running, { closedWindows }) =>
        short || closedWindows >= channels.length ? [] : [`only ${closedWindows} windows were closed`],
    )
  },
}
