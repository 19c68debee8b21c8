import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { runCommand, UsageError } from '@chat-battle/runtime/process/command-line'
import { makeFolder } from '../folder.ts'
import { startCassandra, startKafka } from '../infrastructure.ts'
import { identify, isAlive } from '../process-identity.ts'
import { RunRecord } from '../run-record.ts'
import { readLocalSettings } from '../settings.ts'
import type { Supervisor } from '../supervisor.ts'
import type { ServerName } from './suites.ts'
import { idleMs, readReady, versionOf, warmFiles, type Ready } from './warm-servers.ts'

const usage = `Keeps a Kafka or a Cassandra for runs of tests, until none has used it for a while.

  node infra/launcher/src/testing/keeper.ts kafka|cassandra`

const claimAgainAfterMs = 1000
const claimWithinMs = 30_000
const lookEveryMs = 500
const stopWithinMs = 5000

const log = (line: string) => console.log(line)

await runCommand({ usage, options: {}, allowPositionals: true }, async ({ positionals: [name] }) => {
  if (name !== 'kafka' && name !== 'cassandra') throw new UsageError(`no server ${name}`)
  const files = warmFiles(name)
  const ended = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => ended.abort())
  const record = new RunRecord(files.dir)
  if (!(await claim(record, name))) return 0
  try {
    const { server, ready } = await start(name, record, ended.signal)
    await waitForEnd(files, ready, ended.signal)
    await server.stop(stopWithinMs)
  } finally {
    await rm(files.ready, { force: true })
    await record.release()
  }
  return 0
})

/** Claims the folder from an earlier keeper that is ending; false: another keeper has its server ready. */
async function claim(record: RunRecord, name: ServerName): Promise<boolean> {
  const deadlineMs = performance.now() + claimWithinMs
  for (;;) {
    const other = readReady(name)?.keeper
    if (other !== undefined && (await isAlive(other))) return false
    try {
      await record.claim(log)
      return true
    } catch (error) {
      if (performance.now() > deadlineMs) throw error
      await delay(claimAgainAfterMs)
    }
  }
}

/** Starts the server on empty data: what interrupted tests left would slow it down more with each run. */
async function start(
  name: ServerName,
  record: RunRecord,
  signal: AbortSignal,
): Promise<{ server: Supervisor; ready: Ready }> {
  const { dir, ready: file } = warmFiles(name)
  await rm(join(dir, name), { recursive: true, force: true })
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const port = await freePort()
  const launch = name === 'kafka' ? startKafka : startCassandra
  const server = await launch(port, { record, logDir: dir, dataDir: dir, cacheDir, log, signal })
  const keeper = await identify(process.pid)
  if (keeper === undefined) throw new Error('this process cannot identify itself')
  const ready = { keeper, port, version: versionOf(name) }
  await writeFile(file, JSON.stringify(ready))
  return { server, ready }
}

async function waitForEnd(
  files: ReturnType<typeof warmFiles>,
  ready: Ready,
  signal: AbortSignal,
): Promise<void> {
  const isIdle = async () => Date.now() - (await lastUseMs(files.used)) > idleMs
  for (; !signal.aborted; await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)) {
    if (!(await isIdle())) continue
    // A run marks its use before it looks for the server: after this file is gone, a later mark is not missed.
    await rm(files.ready, { force: true })
    if (await isIdle()) return
    await writeFile(files.ready, JSON.stringify(ready))
  }
}

async function lastUseMs(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
}
