import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import { services } from './installation.ts'
import { isHeard, Listening } from '../judges/join-sampler.ts'
import type { Running } from '../harness/under-load.ts'
import { maxStaleMs, Watcher } from '../clients/watcher.ts'

/** An hour on, two hours back, and right again: see `moved-clock.ts`. */
const moves = 3
/** In this time a group gives up an instance whose heartbeats wait for the time of day. */
const beyondSessionMs = 9000
/** In this time a lease runs out that is not renewed. */
const beyondLeaseMs = 75_000

/** What the services of an installation are to run with, for `moveClocks`. */
export function withMovableClock(): NodeJS.ProcessEnv {
  const load = `--import=${new URL('./movable-clock.preload.ts', import.meta.url).href}`
  return { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${load}` }
}

/** Moves the time of day of one service after the other; gives what did not go on as before. */
export async function moveClocks({ installation, watcher }: Running): Promise<string[]> {
  const { twitch } = installation
  const problems: string[] = []
  const visit = async (login: string) => {
    const visitor = new Watcher(installation.url('gateway'), [login])
    await until(() => isHeard(twitch, login), `${login} is joined`, 60_000).catch((error: Error) =>
      problems.push(error.message),
    )
    return visitor
  }
  // Held by their visitors' leases alone.
  const visited = 'clock_visited'
  using _visitor = await visit(visited)
  using listening = new Listening(twitch, [visited])
  for (const service of services) {
    for (let move = 1; move <= moves; move++) {
      watcher.forget()
      installation.process(service).signal('SIGUSR2')
      await delay(move === 2 && service === 'gateway' ? beyondLeaseMs : beyondSessionMs)
      await watcher.recovered(Date.now())
      if (watcher.stalestMs > maxStaleMs)
        problems.push(`${service}, move ${move}: shown was ${watcher.stalestMs} ms old`)
      if (service === 'ingest') (await visit(`clock_new_${move}`))[Symbol.dispose]()
    }
  }
  for (const [login, ms] of listening.longestMs) problems.push(`${login} was unheard for ${ms} ms`)
  return problems
}
