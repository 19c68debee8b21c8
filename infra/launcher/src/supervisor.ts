import { spawn, type ChildProcess } from 'node:child_process'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './root.ts'
import type { RunRecord } from './run-record.ts'

export interface Command {
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  /** Working directory; by default the project's folder. */
  cwd?: string
  /** Runs before each start; if it fails, the start fails. */
  beforeStart?: () => Promise<void>
  /** Whether an IPC channel closes when the launcher ends. */
  ipc?: boolean
  /** Whether it outlives a killed launcher, and holds the data folder meanwhile. */
  holdsData?: boolean
}

export interface SupervisorOptions {
  record: RunRecord
  logDir: string
  log: (line: string) => void
  /** Wait before the first restart, in ms; it doubles with each death up to the longest. */
  firstBackoffMs?: number
  longestBackoffMs?: number
}

/** A process that lived this long has recovered: the back-off begins again. Docker uses the same time. */
const recoveredAfterMs = 10_000

/** Keeps one process running: writes its output to a log, and restarts it with back-off when it dies. */
export class Supervisor {
  readonly name: string
  readonly logFile: string
  readonly #command: Command
  readonly #options: SupervisorOptions
  #child: ChildProcess | undefined
  #deaths = 0
  #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(name: string, command: Command, options: SupervisorOptions) {
    this.name = name
    this.logFile = join(options.logDir, `${name}.log`)
    this.#command = command
    this.#options = options
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  get deaths(): number {
    return this.#deaths
  }

  /** Starts it, and keeps the log of the previous run beside the new one. */
  async start(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`${this.name} is already running`)
    this.#stopping = new AbortController()
    const spawned = Promise.withResolvers<undefined>()
    this.#running = this.#keepRunning(this.#stopping.signal, () => spawned.resolve(undefined)).finally(
      () => (this.#running = undefined),
    )
    await spawned.promise
  }

  /** Ends it with SIGTERM, and after `withinMs` with SIGKILL. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort()
    const force = setTimeout(() => {
      this.#options.log(`${this.name} did not end within ${withinMs / 1000} s; killing it`)
      this.#child?.kill('SIGKILL')
    }, withinMs)
    this.#child?.kill('SIGTERM')
    await this.#running
    clearTimeout(force)
  }

  /** Sends a signal to the process, which must be running. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child?.kill(signal) !== true)
      throw new Error(`${this.name} is not running: no ${signal} for it`)
  }

  /** Ends it as a crash does, without a restart. */
  async kill(): Promise<void> {
    this.#stopping.abort()
    this.#child?.kill('SIGKILL')
    await this.#running
  }

  async #keepRunning(stopping: AbortSignal, onSpawned: () => void): Promise<void> {
    await rename(this.logFile, `${this.logFile}.1`).catch(() => undefined)
    for (let failures = 0; ;) {
      const startedMs = performance.now()
      const end = await this.#runOnce(stopping, onSpawned)
      if (stopping.aborted) return
      this.#deaths++
      failures = performance.now() - startedMs > recoveredAfterMs ? 1 : failures + 1
      const { firstBackoffMs = 500, longestBackoffMs = 30_000 } = this.#options
      const waitMs = Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs)
      this.#options.log(
        `${this.name} ended (${end}); restarting it in ${waitMs / 1000} s, see ${this.logFile}`,
      )
      await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined)
    }
  }

  /** Resolves to how the process ended. Failures of its log or record do not count as its end. */
  async #runOnce(stopping: AbortSignal, onSpawned: () => void): Promise<string> {
    const log = await this.#openLog()
    try {
      await this.#command.beforeStart?.()
      if (stopping.aborted) return 'stopped'
      const child = this.#spawn(log?.fd ?? 'ignore')
      const ended = new Promise<string>((resolve) => {
        child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
        // Also emitted for a signal that could not be sent: only without a pid does no process run.
        child.on('error', (error) => child.pid === undefined && resolve(String(error)))
      })
      this.#child = child
      if (child.pid !== undefined) await this.#options.record.add(this.name, child.pid)
      onSpawned()
      const end = await ended
      await this.#options.record.remove(this.name)
      return end
    } catch (error) {
      // Thrown before there is a process.
      return String(error)
    } finally {
      this.#child = undefined
      onSpawned()
      await log?.close()
    }
  }

  async #openLog(): Promise<FileHandle | undefined> {
    try {
      return await open(this.logFile, 'a')
    } catch (error) {
      this.#options.log(`${this.name} runs without a log: ${(error as Error).message}`)
      return undefined
    }
  }

  #spawn(output: number | 'ignore'): ChildProcess {
    const { command, args, env, cwd = root, ipc, holdsData } = this.#command
    const extra = ipc === true ? ['ipc' as const] : holdsData === true ? [this.#options.record.lockFd] : []
    // Its own process group: Ctrl-C at the terminal reaches the launcher only, which stops all in order.
    return spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', output, output, ...extra],
    })
  }
}
