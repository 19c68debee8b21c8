import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { ChannelList } from '@chat-battle/contracts/rest/routes/list-channels'

/** The channels that the page offers while none is shown. */
export const onNowPath = '/api/channels?state=joined,reconnecting&limit=24'

export async function fetchOnNow(): Promise<ChannelStatus[]> {
  const response = await fetch(onNowPath)
  if (!response.ok) throw new Error(`${onNowPath}: ${response.status}`)
  return ((await response.json()) as ChannelList).channels
}
