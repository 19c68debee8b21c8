import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Problem } from './problem.ts'

const run = promisify(execFile)
const launcher = 'launcher'
const endWithinMs = 10_000

/** A process, so that another one that was given the same pid later is not taken for it. */
interface Identity {
  pid: number
  /** When it was started, as `ps` prints it. */
  started: string
}

/**
 * Which processes an installation runs, in files, so that a later launcher on the same data finds those that one before
 * it left behind.
 */
export class RunRecord {
  readonly #dir: string

  constructor(dataDir: string) {
    this.#dir = join(dataDir, 'run')
  }

  /** Refuses to start beside a launcher that lives; ends what a dead one left. */
  async claim(say: (line: string) => void): Promise<void> {
    await mkdir(this.#dir, { recursive: true })
    const running = await this.#read(launcher)
    if (running !== undefined && running.pid !== process.pid && (await isAlive(running))) {
      throw new Problem(
        `process ${running.pid} already runs on this data: stop it, or set DATA_DIR and the ports to others`,
      )
    }
    await this.add(launcher, process.pid)
    for (const file of await readdir(this.#dir)) {
      const name = file.replace(/\.json$/, '')
      const left = name === launcher ? undefined : await this.#read(name)
      if (left === undefined) continue
      if (await isAlive(left)) {
        say(`ending ${name} (process ${left.pid}), left over from an earlier run`)
        await end(left)
      }
      await this.remove(name)
    }
  }

  async add(name: string, pid: number): Promise<void> {
    const started = await startedAt(pid)
    if (started !== undefined)
      await writeFile(join(this.#dir, `${name}.json`), JSON.stringify({ pid, started }))
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#dir, `${name}.json`), { force: true })
  }

  async release(): Promise<void> {
    await this.remove(launcher)
  }

  async #read(name: string): Promise<Identity | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#dir, `${name}.json`), 'utf8')) as Identity
    } catch {
      return undefined
    }
  }
}

async function startedAt(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() === '' ? undefined : stdout.trim()
  } catch {
    return undefined
  }
}

async function isAlive({ pid, started }: Identity): Promise<boolean> {
  return (await startedAt(pid)) === started
}

async function end(identity: Identity): Promise<void> {
  const deadlineMs = performance.now() + endWithinMs
  process.kill(identity.pid, 'SIGTERM')
  while (await isAlive(identity)) {
    if (performance.now() > deadlineMs) process.kill(identity.pid, 'SIGKILL')
    await delay(100)
  }
}
