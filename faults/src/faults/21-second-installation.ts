import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '@chat-battle/launcher/root'
import type { Cluster } from '../installation/cluster.ts'
import type { Fault } from '../harness/define-fault.ts'
import { underLoad } from '../harness/under-load.ts'

const run = promisify(execFile)
const channels = ['second_a', 'second_b']
const refusal = `process ${process.pid} already runs on this data: stop it, or set DATA_DIR and the ports to others`
const withinMs = 20_000

/** What a launcher in another time zone says on a cluster's data, which it must leave alone. */
async function startBeside({ dataDir }: Cluster, timeZone: string): Promise<string> {
  const launcher = ['infra/launcher/src/main.ts', 'start']
  const options = { cwd: root, timeout: withinMs, env: { ...process.env, DATA_DIR: dataDir, TZ: timeZone } }
  return run(process.execPath, launcher, options).then(
    ({ stdout }) => `it started: ${stdout}`,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => (stdout + stderr).trim(),
  )
}

export const secondInstallation: Fault = {
  rows: [{ id: 21, name: 'a second installation on the same data folder, in another time zone' }],
  hasShortForm: true,
  run(context) {
    const { cluster } = context
    const zones = context.short ? ['Asia/Tokyo'] : ['Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu']
    return underLoad(
      context,
      {
        name: 'fault-21',
        channels,
        linesPerSecond: 100,
        ...(context.short ? {} : { archive: 'same row' as const }),
      },
      async ({ watcher }) => {
        const before = [cluster.kafka.pid, cluster.cassandra.pid]
        const problems: string[] = []
        for (const zone of zones) {
          const said = await startBeside(cluster, zone)
          if (said !== refusal) problems.push(`in ${zone}: ${said}`)
        }
        const after = [cluster.kafka.pid, cluster.cassandra.pid]
        if (String(before) !== String(after)) problems.push(`servers ${before.join()} became ${after.join()}`)
        return { times: zones.length, recoveredInS: await watcher.recovered(Date.now()), problems }
      },
    )
  },
}
