import { mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { Channels } from '../current/channels.ts'
import { RequestRefused } from '../refusal.ts'

/** The id of a channel whose archive is read; it need not be joined. Throws `RequestRefused`. */
export function archivedChannelId(channels: Pick<Channels, 'resolve' | 'status'>, name: string): string {
  const login = channels.resolve(name)
  const id = channels.status(login).channel_id
  if (id !== null) return id
  const ref = parseChannelRef(name)
  if (ref !== undefined && !ref.isLogin && mayBeChannelId(ref.name)) return ref.name
  throw new RequestRefused(
    'channel_not_monitored',
    `the id of ${login} is not known; use the channel's numeric id, or start it with POST /api/channels/${login}/watch`,
  )
}
