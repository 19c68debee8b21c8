import { setTimeout as delay } from 'node:timers/promises'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { services } from '../installation/service-processes.ts'
import { watchLeasedChannel } from '../load/leased-channel.ts'

const channels = ['restarted_a', 'restarted_b', 'restarted_c']
/** Joined only while the lease of the page that watches it is renewed. */
const leased = 'restarted_leased'
/** Beyond the 60 s of a lease, and one more minute in which Kafka may answer late. */
const awayMs = 131_000
/** Runs between two restarts: what was counted before must stay. */
const runsForMs = 15_000

/** Kills every service, and the servers if `withServers`; starts all after `awayMs`, and returns when, epoch ms. */
async function restart({ cluster, installation }: FaultRun, withServers: boolean): Promise<number> {
  const servers = withServers ? [cluster.cassandra, cluster.kafka] : []
  const killed = [...services.map((name) => installation.process(name)), ...servers]
  await Promise.all(killed.map((process) => process.kill()))
  await delay(awayMs)
  const backAtMs = Date.now()
  for (const process of killed.reverse()) await process.start()
  return backAtMs
}

export const longRestart = defineFault({
  id: 18,
  name: 'everything restarted, away longer than a lease',
  load: { name: 'fault-18', channels, linesPerSecond: 200, hasGaps: true, archive: 'same row' },
  async make(run) {
    await using leasedChannel = await watchLeasedChannel(run, leased)
    const allRecovered = (sinceMs: number) =>
      Promise.all([run.watcher, leasedChannel.page].map((shown) => shown.recovered(sinceMs)))
    let recoveredInS = 0
    for (const withServers of [false, true]) {
      await allRecovered(Date.now())
      await delay(runsForMs)
      const backAtMs = await restart(run, withServers)
      const tookS = Math.max(...(await allRecovered(backAtMs)))
      recoveredInS = Math.max(recoveredInS, tookS)
      const what = withServers ? 'services, Kafka and Cassandra' : 'services'
      run.log(`${what} away for ${awayMs / 1000} s, fresh after ${tookS.toFixed(1)} s`)
    }
    return { times: 2, recoveredInS }
  },
  expect: (_run, { inGaps }) => (inGaps > 0 ? [] : ['no message is in a gap, so nothing was missed']),
})
