import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { cassandraAnswers } from '../cassandra.ts'
import { makeFolder } from '../folder.ts'
import { kafkaAnswers } from '../kafka.ts'
import { isAlive, type Identity } from '../process-identity.ts'
import { timed, type Log } from '../progress.ts'
import { root } from '../root.ts'
import { readLocalSettings } from '../settings.ts'
import type { ServerName } from './suites.ts'

/** A server between runs of tests. Its keeper, a process of its own, ends it when no run has used it for a while. */
export interface WarmServer {
  name: ServerName
  port: number
  logFile: string
}

/** What a keeper writes when its server answers. */
export interface Ready {
  keeper: Identity
  port: number
  /** Of the server's jars: another version is not used again. */
  version: string
}

export const idleMs = 15 * 60_000
const readyWithinMs = 300_000
const stopWithinMs = 20_000
const touchEveryMs = 10_000
const lookEveryMs = 100
const keeperFile = join(import.meta.dirname, 'keeper.ts')

/** The files of a warm server below its own folder. */
export function warmFiles(name: ServerName, dataDir = readLocalSettings(process.env).DATA_DIR) {
  const dir = join(dataDir, 'warm', name)
  return {
    dir,
    ready: join(dir, 'ready.json'),
    /** Its time of modification is the last use. */
    used: join(dir, 'used'),
    keeperLog: join(dir, 'keeper.log'),
    logFile: join(dir, `${name}.log`),
  }
}

/** The version of what `infra/launcher/<name>/pom.xml` pins. */
export function versionOf(name: ServerName): string {
  return createHash('sha256')
    .update(readFileSync(join(root, 'infra/launcher', name, 'pom.xml')))
    .digest('hex')
}

/** Finds servers that an earlier run left, or starts them; keeps them from ending while they are used. */
export async function useWarmServers(
  names: readonly ServerName[],
  log: Log,
): Promise<{ servers: readonly WarmServer[] } & AsyncDisposable> {
  const touch = () => Promise.all(names.map((name) => markUsed(name)))
  await touch()
  const touching = setInterval(() => void touch(), touchEveryMs)
  try {
    const servers = await Promise.all(names.map((name) => findOrStart(name, log)))
    return {
      servers,
      async [Symbol.asyncDispose]() {
        clearInterval(touching)
        await touch()
      },
    }
  } catch (error) {
    clearInterval(touching)
    throw error
  }
}

async function markUsed(name: ServerName): Promise<void> {
  const { dir, used } = warmFiles(name)
  await makeFolder(dir)
  const now = new Date()
  await utimes(used, now, now).catch(() => writeFile(used, ''))
}

async function findOrStart(name: ServerName, log: Log): Promise<WarmServer> {
  const found = await findReady(name)
  if (found !== undefined) {
    log(`using the ${name} of an earlier run; \`pnpm test stop\` ends it`)
    return found
  }
  return timed(log, `start ${name} for this run and later ones`, () => startKeeper(name))
}

async function startKeeper(name: ServerName): Promise<WarmServer> {
  const { dir, keeperLog } = warmFiles(name)
  await makeFolder(dir)
  const output = openSync(keeperLog, 'w')
  const keeper = spawn(process.execPath, [keeperFile, name], {
    cwd: root,
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  keeper.unref()
  const exited = once(keeper, 'exit') as Promise<[number | null]>
  const deadlineMs = performance.now() + readyWithinMs
  while (performance.now() < deadlineMs) {
    const ready = await findReady(name)
    if (ready !== undefined) return ready
    const exit = await Promise.race([exited, delay(lookEveryMs)])
    // A keeper that another run started at the same time leaves this one without work: it exits with 0.
    if (exit !== undefined && exit[0] !== 0) break
  }
  throw new UserError(`${name} did not start; the reason is in ${keeperLog}`)
}

/** The server, if its keeper lives, it has the current version, and it answers. */
async function findReady(name: ServerName): Promise<WarmServer | undefined> {
  const ready = readReady(name)
  if (ready === undefined || !(await isAlive(ready.keeper))) return undefined
  if (ready.version !== versionOf(name)) {
    await stopWarmServer(name)
    return undefined
  }
  const answers = name === 'kafka' ? kafkaAnswers(ready.port) : cassandraAnswers(ready.port)
  return (await answers) ? { name, port: ready.port, logFile: warmFiles(name).logFile } : undefined
}

export function readReady(name: ServerName): Ready | undefined {
  try {
    return JSON.parse(readFileSync(warmFiles(name).ready, 'utf8')) as Ready
  } catch {
    return undefined
  }
}

/** Ends the servers that runs of tests left. */
export async function stopWarmServers(log: Log): Promise<void> {
  for (const name of ['kafka', 'cassandra'] as const)
    log((await stopWarmServer(name)) ? `stopped ${name}` : `no ${name} of an earlier run`)
}

async function stopWarmServer(name: ServerName): Promise<boolean> {
  const keeper = readReady(name)?.keeper
  if (keeper === undefined || !(await isAlive(keeper))) return false
  process.kill(keeper.pid, 'SIGTERM')
  const deadlineMs = performance.now() + stopWithinMs
  while (await isAlive(keeper)) {
    if (performance.now() > deadlineMs)
      throw new UserError(`the keeper of ${name} (process ${keeper.pid}) does not end: end it by hand`)
    await delay(lookEveryMs)
  }
  return true
}
