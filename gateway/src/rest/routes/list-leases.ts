import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import { listLeases, maxListedLeases } from '@chat-battle/contracts/rest/routes/list-leases'
import { endpoint, reply } from '../endpoint.ts'

export const listLeasesEndpoint = endpoint(listLeases, ({ statusView, operator }) => {
  const leases = operator.leases.view()
  // By login already.
  const monitored = statusView.monitored().sort(byTrouble)
  const channels = monitored.slice(0, maxListedLeases).map((status) => ({
    ...status,
    lease_until: leases?.endOf(status.channel_login) ?? null,
  }))
  return reply(200, { at: Date.now(), channels, total: monitored.length, leases_read: leases !== null })
})

function byTrouble(one: ChannelStatus, other: ChannelStatus): number {
  return (
    Number(one.state === 'joined') - Number(other.state === 'joined') || lastGapMs(other) - lastGapMs(one)
  )
}

function lastGapMs({ gaps }: ChannelStatus): number {
  return gaps.at(-1)?.to ?? 0
}
