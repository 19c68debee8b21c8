import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/**
 * How many processes run of each server on a cluster's data, and of each service of the installation with this Kafka prefix.
 * Keys: server name or service entry file. Linux only.
 */
export async function countProcesses(cluster: Cluster, prefix: string): Promise<Map<string, number>> {
  const servers = new Map(['kafka', 'cassandra'].map((name) => [join(cluster.dataDir, name), name]))
  const counts = new Map<string, number>()
  for (const pid of (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name))) {
    // A process that ends meanwhile has no files any more.
    const name = await nameOf(pid, servers, prefix).catch(() => undefined)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

async function nameOf(
  pid: string,
  servers: ReadonlyMap<string, string>,
  prefix: string,
): Promise<string | undefined> {
  const server = servers.get(await readlink(`/proc/${pid}/cwd`))
  if (server !== undefined) return server
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
  if (!environment.split('\0').includes(`KAFKA_PREFIX=${prefix}`)) return undefined
  const [, entry] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
  return entry
}
