import { setTimeout as delay } from 'node:timers/promises'
import { reachable } from '@chat-battle/runtime/http/listen'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { gatewayUrl, type LocalSettings } from './settings.ts'
import type { Supervisor } from './supervisor.ts'

const readyWithinMs = 60_000
const lookEveryMs = 100
const maxDeaths = 2

/** URL of the page, for the person at the terminal. */
export function pageUrl({ HOST, WEB_PORT }: LocalSettings): string {
  const host = reachable(HOST)
  return `http://${['127.0.0.1', '[::1]'].includes(host) ? 'localhost' : host}:${WEB_PORT}`
}

/** Waits until the gateway and web answer; throws a `UserError` that names the log of one that does not. */
export async function waitUntilReady(
  settings: LocalSettings,
  {
    processes,
    isDevelopment,
    signal,
  }: {
    processes: ReadonlyMap<string, Supervisor>
    isDevelopment: boolean
    signal: AbortSignal | undefined
  },
): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs
  const urls = {
    gateway: `${gatewayUrl(settings)}/api/health`,
    // Vite's server has no probe of its own.
    web: `http://${reachable(settings.HOST)}:${settings.WEB_PORT}${isDevelopment ? '/' : '/livez'}`,
  }
  for (const [name, url] of Object.entries(urls)) {
    while (!(await isOk(url))) {
      signal?.throwIfAborted()
      const service = processes.get(name)
      if (performance.now() > deadlineMs || (service?.deaths ?? 0) > maxDeaths)
        throw new UserError(`${name} did not start; the reason is in ${service?.logFile}`)
      await delay(lookEveryMs)
    }
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
