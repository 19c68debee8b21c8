import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { callRoute, CallFailed, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getSnapshots, type Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { watchChannels } from '@chat-battle/contracts/rest/routes/watch-channels'
import { windowMs } from '@chat-battle/contracts/window'
import { retryDelay } from './retry-delay.ts'

const everyMs = 5000
/** A third of a lease: a channel that no ingest has joined yet is requested again so often. */
const watchEveryMs = 20_000
/** The longest wait that is believed of a server. */
const longestWaitMs = 5 * 60_000

/** `slowed`: refused because of too many requests. `outdated`: the page is older than the server, and cannot read its answer. */
export type Answer = 'answered' | 'slowed' | 'unanswered' | 'outdated'

export interface PollingListeners {
  /** The names to ask for. */
  channels: () => readonly string[]
  /** What is known of a channel, by the name that was asked for. */
  onSnapshot: (snapshot: Snapshot) => void
  /** Why a channel cannot be had; null once it can. */
  onRefused: (asked: string, message: string | null) => void
  /** After each round. */
  onRound: (answer: Answer) => void
}

export interface Polling {
  /** Does not wait for the next round, unless the server makes the page wait. */
  soon: () => void
  end: () => void
}

/** Fetches statuses and figures by REST: all channels in one request, every few seconds. */
export function startPolling(listeners: PollingListeners): Polling {
  const ended = new AbortController()
  const { signal } = ended
  const watched = new Map<string, number>()
  const windows = new Map<string, number>()
  let failures = 0
  let isSlowed = false

  const poll = async () => {
    const names = listeners.channels()
    for (const known of [watched, windows])
      for (const name of known.keys()) if (!names.includes(name)) known.delete(name)
    if (names.length === 0) return
    const current = await fetchSnapshots(names, undefined, { signal })
    current.forEach(listeners.onSnapshot)
    await watch(current)
    await fetchPrevious(current)
  }
  const watch = async (current: readonly Snapshot[]) => {
    const nowMs = performance.now()
    const wanted = current
      .filter(({ status, error }) => status === null && error?.kind !== 'malformed_channel')
      .map(({ asked }) => asked)
      .filter((asked) => nowMs - (watched.get(asked) ?? -Infinity) >= watchEveryMs)
    if (wanted.length === 0) return
    for (const asked of wanted) watched.set(asked, nowMs)
    const { leases } = await callRoute(watchChannels, { query: { channels: wanted } }, { signal })
    for (const { asked, error } of leases) listeners.onRefused(asked, error?.message ?? null)
  }
  /** The last frames of the window before are not among those that are polled. */
  const fetchPrevious = async (current: readonly Snapshot[]) => {
    const lacking = Map.groupBy(
      current.filter(({ asked, stats }) => stats !== null && windows.get(asked) !== stats.window_start),
      ({ stats }) => stats?.window_start ?? 0,
    )
    for (const [start, snapshots] of lacking) {
      const names = snapshots.map(({ asked }) => asked)
      for (const snapshot of await fetchSnapshots(names, start - windowMs, { signal }))
        listeners.onSnapshot(snapshot)
      for (const name of names) windows.set(name, start)
    }
  }
  const round = async (): Promise<number> => {
    try {
      await poll()
      if (signal.aborted) return 0
      failures = 0
      isSlowed = false
      listeners.onRound('answered')
      return everyMs
    } catch (error) {
      if (signal.aborted) return 0
      if (error instanceof CallFailed && error.isClientOutdated) {
        listeners.onRound('outdated')
        return everyMs
      }
      isSlowed = error instanceof CallFailed && error.status === 429
      if (!isSlowed) {
        listeners.onRound('unanswered')
        return everyMs
      }
      listeners.onRound('slowed')
      const waitMs = retryAfter((error as CallFailed).retryAfter) ?? retryDelay(++failures)
      return Math.min(longestWaitMs, Math.max(everyMs, waitMs))
    }
  }
  let wake: (() => void) | undefined
  const run = async () => {
    while (!signal.aborted) {
      const waitMs = await round()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  void run()
  return {
    soon: () => {
      if (!isSlowed) wake?.()
    },
    end: () => {
      ended.abort()
      wake?.()
    },
  }
}

/** What is known of several channels, in one request: the current window, or the one that starts at `start`. */
export async function fetchSnapshots(
  names: readonly string[],
  start?: number,
  options?: CallOptions,
): Promise<Snapshot[]> {
  const query = { channels: [...names], window_start: start }
  return (await callRoute(getSnapshots, { query }, options)).snapshots
}

/** A window's statistics; undefined where there are none. Rejects when the server does not answer. */
export async function fetchStats(name: string, start: number): Promise<ChannelStats | undefined> {
  const [snapshot] = await fetchSnapshots([name], start)
  return snapshot?.stats ?? undefined
}

/** `Retry-After` in ms: seconds, or a date. Undefined where there is none, or it makes no sense. */
export function retryAfter(given: string | null, nowMs = Date.now()): number | undefined {
  if (given === null || given.trim() === '') return undefined
  const waitMs = /^\s*\d+\s*$/.test(given) ? Number(given) * 1000 : Date.parse(given) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}
