import { setTimeout as delay } from 'node:timers/promises'
import { Watcher } from '../clients/watcher.ts'
import type { FaultRun } from '../harness/define-fault.ts'
import { problemIfStale, problemUnless } from '../judges/limits.ts'
import { services } from './service-processes.ts'
import { isJoined, JoinSampler } from './twitch-joins.ts'

/** One hour ahead, one hour behind, and right again: see `movable-clock.preload.ts`. */
const moves = 3
/** A group would evict an instance within this if its heartbeats waited for the time of day. */
const beyondSessionMs = 9000
/** A lease that is not renewed expires within this. */
const beyondLeaseMs = 75_000
const joinedWithinMs = 60_000

/** The environment of services whose clock `SIGUSR2` moves. */
export function withMovableClock(): NodeJS.ProcessEnv {
  const load = `--import=${new URL('./movable-clock.preload.ts', import.meta.url).href}`
  return { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${load}` }
}

/** Moves the time of day of one service after the other; returns what did not go on as before. */
export async function moveClocks({ installation, watcher }: FaultRun): Promise<string[]> {
  const { twitch } = installation
  const problems: string[] = []
  const visit = async (login: string) => {
    const visitor = new Watcher(installation.url('gateway'), [login])
    const isVisited = () => isJoined(twitch, login)
    problems.push(...(await problemUnless(isVisited, `${login} is joined`, joinedWithinMs)))
    return visitor
  }
  // Only the visitor's lease keeps this channel joined.
  const visited = 'clock_visited'
  using _visitor = await visit(visited)
  using joins = new JoinSampler(twitch, [visited])
  for (const service of services) {
    for (let move = 1; move <= moves; move++) {
      watcher.resetStalest()
      installation.process(service).signal('SIGUSR2')
      await delay(move === 2 && service === 'gateway' ? beyondLeaseMs : beyondSessionMs)
      await watcher.recovered(Date.now())
      problems.push(...problemIfStale(`${service}, move ${move}`, watcher.stalestMs))
      if (service === 'ingest') (await visit(`clock_new_${move}`))[Symbol.dispose]()
    }
  }
  return [...problems, ...joins.problems()]
}
