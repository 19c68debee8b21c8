import { mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { Channels } from '../current/channels.ts'
import { RequestRefused } from '../refusal.ts'
import type { ArchiveReader } from './archive-reader.ts'

export interface FoundChannel {
  readonly id: string
  readonly login: string
}

const byName = 'SELECT channel_id FROM channel_names WHERE channel_login = ?'
const byId = 'SELECT channel_login FROM channel_windows WHERE channel_id = ? LIMIT 1'
const one = { pageSize: 1 }

/**
 * The channel that a name leads to: one with a status, else the last one with the login in the archive, else the numeric id, also of
 * a channel of which nothing is archived. Rejects with `RequestRefused`.
 */
export async function findChannel(
  archive: Pick<ArchiveReader, 'page'>,
  channels: Pick<Channels, 'resolve' | 'status'>,
  name: string,
): Promise<FoundChannel> {
  const login = channels.resolve(name)
  const known = channels.status(login).channel_id
  if (known !== null) return { id: known, login }
  const ref = parseChannelRef(name)
  const isId = ref !== undefined && !ref.isLogin && mayBeChannelId(ref.name)
  try {
    const id = (await archive.page(byName, [login], one)).rows[0]?.channel_id
    if (typeof id === 'string') return { id, login }
    if (isId) return { id: ref.name, login: await lastLoginOf(archive, ref.name) }
  } catch (error) {
    // The login is shown only: what is in memory is found by an id without the archive.
    if (isId && error instanceof RequestRefused && error.kind === 'archive_unavailable')
      return { id: ref.name, login }
    throw error
  }
  throw new RequestRefused(
    'channel_not_monitored',
    `${login} is neither monitored nor archived; use the channel's numeric id, or start it with POST /api/channels/${login}/watch`,
  )
}

/** The id itself where no window is archived. */
async function lastLoginOf(archive: Pick<ArchiveReader, 'page'>, id: string): Promise<string> {
  const login = (await archive.page(byId, [id], one)).rows[0]?.channel_login
  return typeof login === 'string' ? login : id
}
