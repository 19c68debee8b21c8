import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '@chat-battle/launcher/root'
import { defineFault } from '../harness/define-fault.ts'
import type { Cluster } from '../installation/cluster.ts'

const run = promisify(execFile)
const channels = ['second_a', 'second_b']
const refusal = `process ${process.pid} already runs on this data: stop it, or set DATA_DIR and the ports to others`
const endsWithinMs = 20_000

/** Starts a launcher in another time zone on a cluster's data, which it must refuse; returns what it prints. */
async function startSecond({ dataDir }: Cluster, timeZone: string): Promise<string> {
  const launcher = ['infra/launcher/src/main.ts', 'start']
  const env = { ...process.env, DATA_DIR: dataDir, TZ: timeZone }
  return run(process.execPath, launcher, { cwd: root, timeout: endsWithinMs, env }).then(
    ({ stdout }) => `it started: ${stdout}`,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => (stdout + stderr).trim(),
  )
}

export const secondInstallation = defineFault({
  id: 21,
  name: 'a second start on the same data, in another time zone',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-21',
    channels,
    linesPerSecond: 100,
    ...(isShort ? {} : { archive: 'same row' }),
  }),
  async make({ cluster, watcher, isShort }) {
    const zones = isShort ? ['Asia/Tokyo'] : ['Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu']
    const pids = () => [cluster.kafka.pid, cluster.cassandra.pid].join()
    const pidsBefore = pids()
    const problems: string[] = []
    for (const zone of zones) {
      const printed = await startSecond(cluster, zone)
      if (printed !== refusal) problems.push(`in ${zone}: ${printed}`)
    }
    if (pids() !== pidsBefore) problems.push(`the servers' processes ${pidsBefore} became ${pids()}`)
    return { times: zones.length, recoveredInS: await watcher.recovered(Date.now()), problems }
  },
})
