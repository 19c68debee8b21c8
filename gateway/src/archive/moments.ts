import { joinMoment } from '@chat-battle/contracts/archive/moment-row'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { maxMomentsPerAnswer } from '@chat-battle/contracts/rest/routes/list-moments'
import type { ArchiveReader } from './archive-reader.ts'

const pageSize = 200
const query = 'SELECT figures, texts FROM channel_moments WHERE channel_id = ? AND start >= ? AND start < ?'

/** The archived moments of a channel that started from `from` on and before `to`, epoch ms; at most one more than an answer may have. */
export async function readArchivedMoments(
  archive: Pick<ArchiveReader, 'page'>,
  channelId: string,
  from: number,
  to: number,
): Promise<MomentRecord[]> {
  const moments: MomentRecord[] = []
  let pageState: string | undefined
  do {
    const values = [channelId, new Date(from), new Date(to)]
    const page = await archive.page(query, values, { pageSize, pageState })
    // Only the texts of a moment are there for a moment, if its figures are being written.
    for (const { figures, texts } of page.rows)
      if (typeof figures === 'string') moments.push(joinMoment(figures, texts as string | null))
    ;({ pageState } = page)
  } while (pageState !== undefined && moments.length <= maxMomentsPerAnswer)
  return moments
}
