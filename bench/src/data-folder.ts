import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCassandra } from '@chat-battle/launcher/infrastructure'
import { makeFolder } from '@chat-battle/launcher/folder'
import { RunRecord } from '@chat-battle/launcher/run-record'
import { readLocalSettings } from '@chat-battle/launcher/settings'
import { freePort } from '@chat-battle/runtime/http/free-port'

/** The options of servers whose data lives in a folder of its own, until `stack` is disposed. */
export async function openDataFolder(stack: AsyncDisposableStack) {
  const dataDir = await mkdtemp(join(tmpdir(), 'chat-battle-bench-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const record = new RunRecord(dataDir)
  await record.claim(console.log)
  stack.defer(() => record.release())
  return { record, logDir: dataDir, log: console.log, dataDir, cacheDir }
}

/** Lets CASSANDRA_CONTACT_POINTS name a node: that of the environment, else a new one until `stack` is disposed. */
export async function provideCassandra(stack: AsyncDisposableStack): Promise<void> {
  if (process.env.CASSANDRA_CONTACT_POINTS !== undefined) return
  const port = await freePort()
  const cassandra = await startCassandra(port, await openDataFolder(stack))
  stack.defer(() => cassandra.stop(5000))
  process.env.CASSANDRA_CONTACT_POINTS = `127.0.0.1:${port}`
}
