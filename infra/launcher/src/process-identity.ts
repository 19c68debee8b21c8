import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process, so that another one that got the same pid later is not taken for it. */
export interface Identity {
  pid: number
  /** When it was started, whatever the time zone: since which boot on Linux, elsewhere as `ps` prints it in UTC. */
  started: string
}

/** The identity of a process that runs; undefined where it has ended, also while its parent has not collected it. */
export async function identify(pid: number): Promise<Identity | undefined> {
  const started = process.platform === 'linux' ? startedSinceBoot(pid) : await startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

export async function isAlive({ pid, started }: Identity): Promise<boolean> {
  return (await identify(pid))?.started === started
}

/** What /proc/<pid>/stat says of a process (proc_pid_stat(5)); undefined where it has ended. */
export function readStat(
  pid: number,
): { parent: number; session: number; startTicks: string; command: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command is in parentheses, and may have some itself.
    const end = stat.lastIndexOf(')')
    const [state, parent, , session, ...rest] = stat.slice(end + 2).split(' ')
    if (state === undefined || 'ZXx'.includes(state)) return undefined
    const command = stat.slice(stat.indexOf('(') + 1, end)
    return { parent: Number(parent), session: Number(session), startTicks: rest[15] ?? '', command }
  } catch {
    return undefined
  }
}

function startedSinceBoot(pid: number): string | undefined {
  const stat = readStat(pid)
  return stat && `${boot()}:${stat.startTicks}`
}

function boot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

async function startedByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    })
    const [state = '', ...started] = stdout.trim().split(/ +/)
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
