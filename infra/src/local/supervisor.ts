import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './root.ts'
import type { RunRecord } from './run-record.ts'

export interface Command {
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  /** Whether it is told of the launcher's end by an IPC channel. */
  ipc?: boolean
}

export interface SupervisorOptions {
  record: RunRecord
  logDir: string
  say: (line: string) => void
  /** The first wait before a process that died is started again, in ms; it doubles, up to the longest. */
  firstBackoffMs?: number
  longestBackoffMs?: number
}

/** A process that lived so long has recovered: its next death is a first one. Docker takes as long. */
const recoveredAfterMs = 10_000

/** Keeps one process running: its output goes to a log, and when it dies it is started again with back-off. */
export class Supervisor {
  readonly name: string
  readonly logFile: string
  readonly #command: Command
  readonly #options: SupervisorOptions
  #child: ChildProcess | undefined
  #deaths = 0
  #isStopping = false
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

  /** Starts it, keeping the log of the run before beside the new one. */
  async start(): Promise<void> {
    this.#isStopping = false
    await rename(this.logFile, `${this.logFile}.1`).catch(() => undefined)
    const spawned = Promise.withResolvers<undefined>()
    this.#running = this.#keepRunning(() => spawned.resolve(undefined))
    await spawned.promise
  }

  /** Ends it: politely, then after `withinMs` by force. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true
    const child = this.#child
    if (child !== undefined) {
      const force = setTimeout(() => {
        this.#options.say(`${this.name} did not end within ${withinMs / 1000} s; killing it`)
        child.kill('SIGKILL')
      }, withinMs)
      child.kill('SIGTERM')
      await this.#running
      clearTimeout(force)
    }
  }

  /** Sends a signal to the process, which must be running. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child?.kill(signal) !== true)
      throw new Error(`${this.name} is not running: no ${signal} for it`)
  }

  /** Ends it as a crash does, and leaves it so until it is started. */
  async kill(): Promise<void> {
    this.#isStopping = true
    this.#child?.kill('SIGKILL')
    await this.#running
  }

  async #keepRunning(onSpawned: () => void): Promise<void> {
    const log = await open(this.logFile, 'a')
    try {
      for (let failures = 0; !this.#isStopping;) {
        const startedMs = performance.now()
        const end = await this.#runOnce(log, onSpawned)
        if (this.#isStopping) break
        this.#deaths++
        failures = performance.now() - startedMs > recoveredAfterMs ? 1 : failures + 1
        const { firstBackoffMs = 500, longestBackoffMs = 30_000 } = this.#options
        const waitMs = Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs)
        this.#options.say(
          `${this.name} ended (${end}); starting it again in ${waitMs / 1000} s, see ${this.logFile}`,
        )
        await delay(waitMs)
      }
    } finally {
      await log.close()
    }
  }

  async #runOnce(log: FileHandle, onSpawned: () => void): Promise<string> {
    const { command, args, env, ipc } = this.#command
    // Its own process group: a Ctrl-C at the terminal reaches the launcher alone, which ends all in order.
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ipc === true ? ['ignore', log.fd, log.fd, 'ipc'] : ['ignore', log.fd, log.fd],
    })
    this.#child = child
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    try {
      await Promise.race([once(child, 'spawn'), ended])
      if (child.pid !== undefined) await this.#options.record.add(this.name, child.pid)
      onSpawned()
      const [code, signal] = await ended
      return signal ?? `code ${code}`
    } catch (error) {
      onSpawned()
      return String(error)
    } finally {
      this.#child = undefined
      await this.#options.record.remove(this.name)
    }
  }
}
