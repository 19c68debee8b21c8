import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cassandraAnswers } from '@chat-battle/launcher/cassandra'
import { until } from '@chat-battle/testkit/testing'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { startCluster, type Cluster } from '../installation/cluster.ts'
import { countProcesses } from '../installation/count-processes.ts'
import { mountSmallDisk } from '../installation/small-disk.ts'
import { watchLeasedChannel } from '../load/leased-channel.ts'

const name = 'fault-17'
const channels = ['full_a', 'full_b', 'full_c', 'full_d']
/** Joined only while the lease of its watchers is renewed, which needs disk space as well. */
const leased = 'full_leased'
const diskMegabytes = 1024
/** Longer than a lease. */
const fullForMs = 90_000
const sampleEveryMs = 1000
const cassandraBackWithinMs = 120_000

function cassandraIsBack({ env }: Cluster): Promise<boolean> {
  return cassandraAnswers(Number(env.CASSANDRA_CONTACT_POINTS?.split(':')[1]))
}

/** The most processes of each kind that ran at once while the disk was full. */
async function sampleProcesses({ cluster }: FaultRun): Promise<Map<string, number>> {
  const most = new Map<string, number>()
  for (const endMs = performance.now() + fullForMs; performance.now() < endMs; await delay(sampleEveryMs)) {
    for (const [process, count] of await countProcesses(cluster, `${name}.`))
      most.set(process, Math.max(most.get(process) ?? 0, count))
  }
  return most
}

/** The data of Kafka and Cassandra, all logs and the run records lie on a disk that is full for a while. */
export const fullDisk = defineFault({
  id: 17,
  name: 'full disk, while a gateway is killed',
  async prepare({ log, cluster: shared }, resources) {
    const disk = resources.use(await mountSmallDisk(diskMegabytes))
    const cluster = resources.use(await startCluster(log, disk.path))
    // The runner keeps the logs of the shared cluster only.
    resources.defer(() => cp(cluster.logDir, join(shared.logDir, name), { recursive: true }))
    return { cluster, disk }
  },
  cluster: ({ cluster }) => cluster,
  load: { name, channels, linesPerSecond: 200, archive: 'same row', hasGaps: true },
  async make(run) {
    const { installation, watcher, cluster, log } = run
    const { disk } = run.prepared
    await using leasedChannel = await watchLeasedChannel(run, leased, channels.slice(0, 3))
    const { page } = leasedChannel
    await page.recovered(Date.now())
    await disk.fill()
    log('the disk is full')
    installation.process('gateway').signal('SIGKILL')
    const most = await sampleProcesses(run)
    const backAtMs = Date.now()
    await disk.free()
    log(`the disk has space again; at most ${JSON.stringify(Object.fromEntries(most))} ran`)
    const recoveredInS = Math.max(await watcher.recovered(backAtMs), await page.recovered(backAtMs))
    await until(() => cassandraIsBack(cluster), 'Cassandra answers again', cassandraBackWithinMs)
    log(`Cassandra answers ${((Date.now() - backAtMs) / 1000).toFixed(0)} s after there was space`)
    const { kafka, cassandra } = cluster
    return {
      times: 1,
      recoveredInS,
      expectedDeaths: { gateway: 1 },
      problems: [...most]
        .filter(([, count]) => count > 1)
        .map(([process, count]) => `${count} processes of ${process} ran at once`),
      notes: [`Kafka ended ${kafka.deaths} times, Cassandra ${cassandra.deaths} times`],
    }
  },
})
