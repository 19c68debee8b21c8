import { rawMessageTtlS } from '@chat-battle/contracts/archive/tables'
import { listModeration } from '@chat-battle/contracts/rest/routes/list-moderation'
import { findChannel } from '../../archive/find-channel.ts'
import { keptFromMs } from '../../archive/message-range.ts'
import { readModeration } from '../../archive/moderation-log.ts'
import { endpoint, reply } from '../endpoint.ts'

export const listModerationEndpoint = endpoint(listModeration, async (context, { params, query }) => {
  const { archive, channels, archiveRetentionHours: hours, people } = context
  const { id, login } = await findChannel(archive, channels, params.channel)
  // Where no message is kept, moderation is kept without names for as long as the table keeps its rows.
  const nowMs = Date.now()
  const sinceMs = hours === 0 ? nowMs - rawMessageTtlS * 1000 : keptFromMs(hours, nowMs)
  const range = { channelId: id, cursor: query.cursor, keptFromMs: sinceMs, people }
  return reply(200, { channel_id: id, channel_login: login, ...(await readModeration(archive, range)) })
})
