import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatus } from '@chat-battle/contracts/channel-status'
import type { ChannelList } from '@chat-battle/contracts/rest'
import { windowMs } from '@chat-battle/contracts/window'

const everyMs = 3000

export interface PollingListeners {
  channels: () => readonly string[]
  onStats: (stats: ChannelStats) => void
  onStatuses: (statuses: readonly ChannelStatus[]) => void
  /** After each round: whether the server answered. */
  onAnswered: (isAnswered: boolean) => void
}

/** Fetches figures and statuses by REST every few seconds, until what it gives is called. */
export function startPolling(listeners: PollingListeners): () => void {
  const ended = new AbortController()
  const { signal } = ended
  const windows = new Map<string, number>()
  const poll = async () => {
    try {
      const channels = (await fetchJson<ChannelList>('/api/channels', signal))?.channels ?? []
      listeners.onStatuses(channels)
      const monitored = new Set(channels.map(({ channel_login }) => channel_login))
      await Promise.all(listeners.channels().map((login) => pollChannel(login, monitored.has(login))))
      listeners.onAnswered(true)
    } catch {
      if (!signal.aborted) listeners.onAnswered(false)
    }
  }
  const pollChannel = async (login: string, isMonitored: boolean) => {
    if (!isMonitored) return void (await fetch(pathOf(login, 'watch'), { method: 'POST', signal }))
    const stats = await fetchStats(login, undefined, signal)
    if (stats === undefined) return
    listeners.onStats(stats)
    if (windows.get(login) === stats.window_start) return
    // The last frames of the window before are not among those that are polled.
    const previous = await fetchStats(login, stats.window_start - windowMs, signal)
    if (previous !== undefined) listeners.onStats(previous)
    windows.set(login, stats.window_start)
  }
  const run = async () => {
    while (!signal.aborted) {
      await poll().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }
  void run()
  return () => ended.abort()
}

/** A window's statistics, or the current ones; undefined where there are none. Rejects when the server does not answer. */
export function fetchStats(
  login: string,
  start?: number,
  signal?: AbortSignal,
): Promise<ChannelStats | undefined> {
  return fetchJson(pathOf(login, 'stats') + (start === undefined ? '' : `?window_start=${start}`), signal)
}

function pathOf(login: string, what: 'stats' | 'watch'): string {
  return `/api/channels/${encodeURIComponent(login)}/${what}`
}

async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<T | undefined> {
  const response = await fetch(path, signal === undefined ? {} : { signal })
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as T
}
