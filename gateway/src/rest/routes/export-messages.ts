import { exportMessages, maxExports } from '@chat-battle/contracts/rest/routes/export-messages'
import { findChannel } from '../../archive/find-channel.ts'
import { exportMessages as readExport } from '../../archive/export.ts'
import { keptRange } from '../../archive/message-range.ts'
import type { Places } from '../../limits/places.ts'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'

export const exportMessagesEndpoint = endpoint(
  exportMessages,
  async ({ archive, channels, exports, archiveRetentionHours }, { params, query }) => {
    const range = keptRange(query.from, query.to, archiveRetentionHours)
    const { id: channelId } = await findChannel(archive, channels, params.channel)
    const body = readExport(archive, { channelId, ...query, ...range })
    return reply(200, { ...body, chunks: inPlace(exports, body.chunks) })
  },
)

/** Takes a place when the body is read, so that a body which no client reads takes none. */
async function* inPlace(places: Places, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const release = places.take()
  if (release === undefined) {
    const reason = `at most ${maxExports} exports at a time; try again when one has ended`
    throw new RequestRefused('rate_limited', reason)
  }
  try {
    yield* chunks
  } finally {
    release()
  }
}
