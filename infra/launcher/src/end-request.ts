import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { readStat } from './process-identity.ts'

const lookEveryMs = 1000

interface Ancestor {
  pid: number
  parent: number
  session: number
  /** The name of the executable. */
  executable: string
  /** Distinguishes it from a later process with its pid; '' where only `ps` knows. */
  startTicks: string
}

/**
 * Aborts when the end is requested: by a signal, or by the end of one of the commands that started
 * this process, as a process manager that knows only the outermost of them does. npx and pnpm do not forward SIGTERM.
 */
export function endRequested(): AbortSignal {
  const requested = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => requested.abort())
  const wrappers = wrappersOf(process.pid)
  const looking = setInterval(() => {
    if (wrappers.every(isThere)) return
    clearInterval(looking)
    requested.abort()
  }, lookEveryMs).unref()
  return requested.signal
}

/**
 * The parents of a process, within its session, up to the outermost that runs packages (npx, pnpm, and the shells between them;
 * pnpm 12 starts its script in a process group of its own). A shell or script outside may end before what it started.
 */
function wrappersOf(pid: number): Ancestor[] {
  const own = lookUp(pid)
  const parents: Ancestor[] = []
  for (
    let next = own && lookUp(own.parent);
    next?.session === own?.session;
    next = next && lookUp(next.parent)
  ) {
    if (next === undefined) break
    parents.push(next)
  }
  const outermost = parents.findLastIndex(({ executable }) =>
    /^(node|npm|npx|pnpm|yarn|bun)/.test(executable),
  )
  return parents.slice(0, outermost + 1)
}

function isThere({ pid, startTicks }: Ancestor): boolean {
  if (process.platform === 'linux') return readStat(pid)?.startTicks === startTicks
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function lookUp(pid: number): Ancestor | undefined {
  if (process.platform !== 'linux') return lookUpByPs(pid)
  const stat = readStat(pid)
  if (stat === undefined) return undefined
  let executable = stat.command
  try {
    executable = basename(readlinkSync(`/proc/${pid}/exe`))
  } catch {
    // Another user's process: only its name is readable.
  }
  return { pid, ...stat, executable }
}

function lookUpByPs(pid: number): Ancestor | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'ppid=,sess=,comm=', '-p', String(pid)], { encoding: 'utf8' })
    const [parent, session, ...command] = text.trim().split(/ +/)
    const executable = basename(command.join(' '))
    return {
      pid,
      parent: Number(parent),
      session: Number.parseInt(session ?? '', 16),
      executable,
      startTicks: '',
    }
  } catch {
    return undefined
  }
}
