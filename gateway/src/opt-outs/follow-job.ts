import { setTimeout as delay } from 'node:timers/promises'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { UserError } from '@chat-battle/runtime/process/command-line'

const pollMs = 1000
const longestWaitMs = 15_000
/** A gateway that answers nothing for so long is not restarting. */
const maxSilenceMs = 10 * 60_000
/** A gateway or a proxy in front of it that is starting, stopping or busy. */
const passingStatuses: readonly number[] = [429, 500, 502, 503, 504]

export interface JobSource {
  /** Reads the job again. Rejects as `callRoute` does. */
  read: (job: string) => Promise<OptOutJob>
  log: (line: string) => void
  wait?: (ms: number) => Promise<unknown>
  /** Monotonic ms. */
  now?: () => number
}

/**
 * Waits until a job is done. The processor runs it, and the topic has it, so it goes on while the gateway is away: failures are
 * repeated with a back-off. Rejects with `UserError`.
 */
export async function followJob(
  job: OptOutJob,
  { read, log, wait = delay, now = () => performance.now() }: JobSource,
): Promise<OptOutJob> {
  let [latest, failures, answeredMs] = [job, 0, now()]
  while (latest.state === 'running') {
    await wait(Math.min(pollMs * 2 ** failures, longestWaitMs))
    try {
      latest = await read(job.job)
      if (failures > 0) log('the gateway answers again')
      failures = 0
      answeredMs = now()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (failures++ === 0) log('the gateway does not answer; the removal goes on, trying again')
      if (now() - answeredMs > maxSilenceMs) throw silent(job)
    }
  }
  return latest
}

/** Whether a call may succeed later. `fetch` rejects with a TypeError without an answer, and with a TimeoutError for a late one. */
export function isPassing(error: unknown): boolean {
  if (error instanceof CallFailed) return passingStatuses.includes(error.status)
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')
}

function silent({ job }: OptOutJob): UserError {
  return new UserError(
    `the gateway did not answer for ${maxSilenceMs / 60_000} minutes. The removal (job ${job}) goes on without it; run the same command again to wait for it`,
  )
}
