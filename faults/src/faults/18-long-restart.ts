import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import type { Fault, FaultContext } from '../harness/define-fault.ts'
import { services } from '../installation/installation.ts'
import { isHeard } from '../judges/join-sampler.ts'
import { Traffic } from '../load/traffic.ts'
import { underLoad, type Running } from '../harness/under-load.ts'
import { Watcher } from '../clients/watcher.ts'

const channels = ['restarted_a', 'restarted_b', 'restarted_c']
/** Joined only for as long as the lease of the page that watches it is renewed. */
const leased = 'restarted_leased'
/** Beyond the 60 s of a lease, and the minute in which Kafka may answer late. */
const awayMs = 131_000
/** Between two restarts: what was counted before must stay. */
const runsForMs = 15_000

/** Kills every service, and Kafka and Cassandra too if `withServers`, and starts them again after `awayMs`. */
async function restart(
  { cluster }: FaultContext,
  { installation }: Running,
  withServers: boolean,
): Promise<number> {
  const servers = withServers ? [cluster.cassandra, cluster.kafka] : []
  const killed = [...services.map((name) => installation.process(name)), ...servers]
  await Promise.all(killed.map((process) => process.kill()))
  await delay(awayMs)
  const backAtMs = Date.now()
  for (const process of killed.reverse()) await process.start()
  return backAtMs
}

export const longRestart: Fault = {
  rows: [{ id: 18, name: 'everything restarted for longer than a lease, with a page open' }],
  hasShortForm: false,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-18', channels, linesPerSecond: 200, hasGaps: true, archive: 'same row' },
      async (running) => {
        const { installation, traffic, watcher } = running
        const { twitch } = installation
        using page = new Watcher(installation.url('web'), [leased])
        await until(() => isHeard(twitch, leased), 'the channel that is watched is joined')
        const there = new Traffic(twitch, { channels: [leased], linesPerSecond: 50, seed: context.seed })
        there.start()
        let recoveredInS = 0
        try {
          for (const withServers of [false, true]) {
            await Promise.all([watcher, page].map((shown) => shown.recovered(Date.now())))
            await delay(runsForMs)
            const backAtMs = await restart(context, running, withServers)
            const recovered = await Promise.all([watcher, page].map((shown) => shown.recovered(backAtMs)))
            recoveredInS = Math.max(recoveredInS, ...recovered)
            const what = withServers ? 'services, Kafka and Cassandra' : 'services'
            context.say(
              `${what} away for ${awayMs / 1000} s, fresh after ${Math.max(...recovered).toFixed(1)} s`,
            )
          }
        } finally {
          await there.stop()
        }
        traffic.sent.push(...there.sent)
        return { times: 2, recoveredInS }
      },
      (_running, { inGaps }) => (inGaps > 0 ? [] : ['no message is in a gap: nothing was missed']),
    )
  },
}
