import { readdirSync, readFileSync } from 'node:fs'
import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { tryLock } from 'fs-native-extensions'
import { makeFolder, unusable } from './folder.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { identify, isAlive, type Identity } from './process-identity.ts'

const launcher = 'launcher'
const endWithinMs = 5000
const killedWithinMs = 10_000
const retryMs = 1000
/** Threads of an ended process may hold its descriptors for a moment longer. */
const unlockedWithinMs = 1000

/**
 * The owner of a data folder and its processes. A lock of the operating system holds the folder, and
 * ends with its holders. Files name the processes, so that a later launcher finds those that an earlier one left.
 */
export class RunRecord {
  readonly #dataDir: string
  readonly #dir: string
  #lock: FileHandle | undefined
  readonly #running = new Map<string, Identity>()
  #retry: NodeJS.Timeout | undefined

  constructor(dataDir: string) {
    this.#dataDir = dataDir
    this.#dir = join(dataDir, 'run')
  }

  /** Descriptor of the lock. Servers inherit it, so the folder is held while one of them runs. */
  get lockFd(): number {
    if (this.#lock === undefined) throw new Error('the data folder was not claimed')
    return this.#lock.fd
  }

  /** Throws if another launcher lives; ends the processes that a dead one left. */
  async claim(log: (line: string) => void): Promise<void> {
    const lock = await this.#open()
    try {
      await this.#take(lock, log)
    } catch (error) {
      await lock.close()
      throw error
    }
    this.#lock = lock
    for (const name of this.#recorded()) await this.remove(name)
    await this.add(launcher, process.pid)
  }

  /** Records a process; on a full disk, as soon as there is room. */
  async add(name: string, pid: number): Promise<void> {
    const identity = await identify(pid)
    if (identity === undefined) return
    this.#running.set(name, identity)
    await this.#write(name, identity)
  }

  async remove(name: string): Promise<void> {
    this.#running.delete(name)
    await rm(this.#file(name), { force: true }).catch(() => undefined)
  }

  async release(): Promise<void> {
    clearTimeout(this.#retry)
    await this.remove(launcher)
    await this.#lock?.close()
    this.#lock = undefined
  }

  async #open(): Promise<FileHandle> {
    try {
      await makeFolder(this.#dir)
      return await open(join(this.#dir, 'lock'), 'a')
    } catch (error) {
      throw unusable(this.#dataDir, 'DATA_DIR', error)
    }
  }

  async #take(lock: FileHandle, log: (line: string) => void): Promise<void> {
    const isFree = tryLock(lock.fd)
    const running = this.#read(launcher)
    if (running !== undefined && (await isAlive(running))) throw inUse(`process ${running.pid}`)
    // Listed before any of them ends, so that no process of another launcher is among them.
    const left = this.#recorded().flatMap((name) => ({ name, identity: this.#read(name) }))
    let unlockedUntilMs = 0
    for (const { name, identity } of left) {
      if (name === launcher || identity === undefined || !(await isAlive(identity))) continue
      log(`ending ${name} (process ${identity.pid}), left over from an earlier run`)
      await end(name, identity)
      unlockedUntilMs = performance.now() + unlockedWithinMs
    }
    if (isFree) return
    while (!tryLock(lock.fd)) {
      if (performance.now() >= unlockedUntilMs) throw inUse('another process')
      await delay(20)
    }
  }

  /** Renamed when complete: a file that a full disk truncated would name no process. */
  async #write(name: string, identity: Identity): Promise<void> {
    const file = this.#file(name)
    try {
      await writeFile(`${file}.new`, JSON.stringify(identity))
      await rename(`${file}.new`, file)
    } catch {
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => void this.#writeAll(), retryMs).unref()
    }
  }

  async #writeAll(): Promise<void> {
    for (const [name, identity] of this.#running) await this.#write(name, identity)
  }

  #recorded(): string[] {
    return readdirSync(this.#dir).flatMap((file) => (file.endsWith('.json') ? file.slice(0, -5) : []))
  }

  #read(name: string): Identity | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(name), 'utf8')) as Identity
    } catch {
      return undefined
    }
  }

  #file(name: string): string {
    return join(this.#dir, `${name}.json`)
  }
}

function inUse(by: string): UserError {
  return new UserError(`${by} already runs on this data: stop it, or set DATA_DIR and the ports to others`)
}

async function end(name: string, identity: Identity): Promise<void> {
  const { pid } = identity
  const signal = (which: NodeJS.Signals) => {
    try {
      process.kill(pid, which)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw new UserError(`${name} (process ${pid}) of an earlier run could not be ended: end it by hand`)
    }
  }
  signal('SIGTERM')
  const signalledAtMs = performance.now()
  for (let isKilled = false; await isAlive(identity); await delay(100)) {
    const waitedMs = performance.now() - signalledAtMs
    if (waitedMs > endWithinMs + killedWithinMs)
      throw new UserError(`${name} (process ${pid}) of an earlier run does not end: end it by hand`)
    if (waitedMs > endWithinMs && !isKilled) {
      isKilled = true
      signal('SIGKILL')
    }
  }
}
