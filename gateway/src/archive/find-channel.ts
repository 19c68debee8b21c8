import { mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { Channels } from '../current/channels.ts'
import { RequestRefused } from '../refusal.ts'
import type { ArchiveReader } from './archive-reader.ts'

export interface FoundChannel {
  readonly id: string
  readonly login: string
}

/**
 * The channel that a name leads to: the joined one, else the last one with the login in the archive. Throws `RequestRefused`.
 */
export async function findChannel(
  archive: Pick<ArchiveReader, 'page'>,
  channels: Pick<Channels, 'resolve' | 'status' | 'loginOf'>,
  name: string,
): Promise<FoundChannel> {
  const login = channels.resolve(name)
  const joined = channels.status(login).channel_id
  if (joined !== null) return { id: joined, login }
  const byName = 'SELECT channel_id FROM channel_names WHERE channel_login = ?'
  const { rows } = await archive.page(byName, [login], { pageSize: 1 })
  const id = rows[0]?.channel_id
  if (typeof id === 'string') return { id, login }
  const ref = parseChannelRef(name)
  if (ref !== undefined && !ref.isLogin && mayBeChannelId(ref.name)) {
    const byId = 'SELECT channel_login FROM channel_windows WHERE channel_id = ? LIMIT 1'
    const newest = await archive.page(byId, [ref.name], { pageSize: 1 })
    const lastLogin = newest.rows[0]?.channel_login
    if (typeof lastLogin === 'string') return { id: ref.name, login: lastLogin }
  }
  throw new RequestRefused(
    'channel_not_monitored',
    `${login} is not monitored and has no archived windows; start it with POST /api/channels/${login}/watch`,
  )
}
