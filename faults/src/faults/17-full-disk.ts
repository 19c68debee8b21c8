import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cassandraAnswers } from '@chat-battle/launcher/cassandra'
import { until } from '@chat-battle/testkit/testing'
import { startCluster, type Cluster } from '../installation/cluster.ts'
import { countCopies } from '../installation/count-processes.ts'
import type { Fault } from '../harness/define-fault.ts'
import { isHeard } from '../judges/join-sampler.ts'
import { mountSmallDisk } from '../installation/small-disk.ts'
import { Traffic } from '../load/traffic.ts'
import { underLoad } from '../harness/under-load.ts'
import { Watcher } from '../clients/watcher.ts'

const name = 'fault-17'
const channels = ['full_a', 'full_b', 'full_c', 'full_d']
/** Joined for as long as the lease of those who watch it is renewed, which needs room as well. */
const leased = 'full_leased'
const diskMegabytes = 1024
/** Longer than a lease. */
const fullForMs = 90_000
const lookEveryMs = 1000
const cassandraBackWithinMs = 120_000

function cassandraIsBack({ env }: Cluster): Promise<boolean> {
  return cassandraAnswers(Number(env.CASSANDRA_CONTACT_POINTS?.split(':')[1]))
}

/** The data of Kafka and Cassandra, all logs and the process records lie on a disk that is full for a while. */
export const fullDisk: Fault = {
  rows: [{ id: 17, name: 'full disk, while a gateway is killed' }],
  hasShortForm: false,
  async run(context) {
    using disk = await mountSmallDisk(diskMegabytes)
    await using cluster = await startCluster(context.say, disk.path)
    // The runner keeps the logs of the cluster that it knows.
    await using logs = new AsyncDisposableStack()
    logs.defer(() => cp(cluster.logDir, join(context.cluster.logDir, name), { recursive: true }))
    // Awaited, or the cluster would be stopped first.
    return await underLoad(
      { ...context, cluster },
      { name, channels, linesPerSecond: 200, archive: 'same row', hasGaps: true },
      async ({ installation, traffic, watcher }) => {
        const { twitch } = installation
        using page = new Watcher(installation.url('web'), [...channels.slice(0, 3), leased])
        await until(() => isHeard(twitch, leased), 'the channel that is watched is joined')
        const there = new Traffic(twitch, { channels: [leased], linesPerSecond: 50, seed: context.seed })
        there.start()
        try {
          await page.recovered(Date.now())
          await disk.fill()
          context.say('the disk is full')
          installation.process('gateway').signal('SIGKILL')
          const most = new Map<string, number>()
          for (const untilMs = performance.now() + fullForMs; performance.now() < untilMs;) {
            for (const [process, copies] of await countCopies(cluster, `${name}.`))
              most.set(process, Math.max(most.get(process) ?? 0, copies))
            await delay(lookEveryMs)
          }
          const backAtMs = Date.now()
          await disk.empty()
          context.say(`the disk has room; at most ${JSON.stringify(Object.fromEntries(most))} ran`)
          const recoveredInS = Math.max(await watcher.recovered(backAtMs), await page.recovered(backAtMs))
          await until(() => cassandraIsBack(cluster), 'Cassandra answers again', cassandraBackWithinMs)
          context.say(
            `Cassandra answers ${((Date.now() - backAtMs) / 1000).toFixed(0)} s after there was room`,
          )
          const { kafka, cassandra } = cluster
          const copied = [...most].filter(([, copies]) => copies > 1)
          return {
            times: 1,
            recoveredInS,
            deaths: { gateway: 1 },
            problems: copied.map(([process, copies]) => `${copies} copies of ${process} ran`),
            notes: [`Kafka ended ${kafka.deaths} times, Cassandra ${cassandra.deaths} times`],
          }
        } finally {
          await there.stop()
          traffic.sent.push(...there.sent)
        }
      },
    )
  },
}
