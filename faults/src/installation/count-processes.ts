import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** How many processes run of each server on a cluster's data and of each service of an installation, by name. Linux only. */
export async function countCopies(cluster: Cluster, prefix: string): Promise<Map<string, number>> {
  const servers = new Map(['kafka', 'cassandra'].map((name) => [join(cluster.dataDir, name), name]))
  const copies = new Map<string, number>()
  for (const pid of (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name))) {
    const name = await nameOf(pid, servers, prefix).catch(() => undefined)
    if (name !== undefined) copies.set(name, (copies.get(name) ?? 0) + 1)
  }
  return copies
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
