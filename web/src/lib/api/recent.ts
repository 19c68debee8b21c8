import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { CallOptions } from '@chat-battle/contracts/rest/call-route'
import type { Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { windowMs } from '@chat-battle/contracts/window'
import { fetchSnapshots } from './snapshots.ts'

/** The last two windows of some channels: enough for the last ten minutes. */
export interface Recent {
  snapshots: Snapshot[]
  /** The windows before the current ones, where they are known. */
  previous: ChannelStats[]
}

export const nothingRecent: Recent = { snapshots: [], previous: [] }

/** Rejects where the gateway does not answer for the current windows. */
export async function fetchRecent(names: readonly string[], options?: CallOptions): Promise<Recent> {
  const snapshots = await fetchSnapshots(names, undefined, options)
  const shown = snapshots.filter(({ stats }) => stats !== null)
  const byStart = Map.groupBy(shown, ({ stats }) => stats?.window_start ?? 0)
  const previous = await Promise.all(
    [...byStart].map(async ([startMs, of]) => {
      const asked = of.map((snapshot) => snapshot.asked)
      const found = await fetchSnapshots(asked, startMs - windowMs, options).catch(() => [])
      return found.flatMap(({ stats }) => stats ?? [])
    }),
  )
  return { snapshots, previous: previous.flat() }
}
