import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getSnapshots, type Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'

/** Status and statistics of several channels: of the current window, or of the one that starts at `startMs`. */
export async function fetchSnapshots(
  names: readonly string[],
  startMs?: number,
  options?: CallOptions,
): Promise<Snapshot[]> {
  const query = { channels: [...names], window_start: startMs }
  return (await callRoute(getSnapshots, { query }, options)).snapshots
}

/** A window's statistics; undefined where there are none. Rejects when the server does not answer. */
export async function fetchStats(name: string, startMs: number): Promise<ChannelStats | undefined> {
  const [snapshot] = await fetchSnapshots([name], startMs)
  return snapshot?.stats ?? undefined
}
