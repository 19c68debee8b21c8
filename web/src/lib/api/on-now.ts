import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { listBusiest, type BusiestChannels } from '@chat-battle/contracts/rest/routes/list-busiest'

export type OnNow = BusiestChannels['channels']

/** The channels that the page offers while it shows none: the busiest first. */
export async function fetchOnNow(options?: CallOptions): Promise<OnNow> {
  return (await callRoute(listBusiest, {}, options)).channels
}
