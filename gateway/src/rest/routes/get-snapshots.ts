import { getSnapshots, type Snapshot } from '@chat-battle/contracts/rest/routes/get-snapshots'
import type { Channels } from '../../current/channels.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'
import type { RequestLeases } from '../request-leases.ts'

export const getSnapshotsEndpoint = endpoint(getSnapshots, ({ channels }, { query }, { leases }) =>
  reply(200, {
    snapshots: query.channels.map((asked) => snapshotOf(channels, asked, query.window_start, leases)),
  }),
)

/** Renews the lease of every monitored channel, also of one that Twitch does not have: ingest keeps trying to join it. */
function snapshotOf(
  channels: Channels,
  asked: string,
  start: number | undefined,
  leases: RequestLeases,
): Snapshot {
  let status: Snapshot['status'] = null
  try {
    const login = channels.resolve(asked)
    if (channels.isMonitored(login)) {
      status = channels.status(login)
      leases.renew(login)
    }
    return { asked, status, stats: channels.stats(login, start), error: null }
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    return { asked, status, stats: null, error: error.toBody() }
  }
}
