import { splitMoment } from '@chat-battle/contracts/archive/moment-row'
import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { stripMoment } from '@chat-battle/statistics/moments/strip-moment'
import type { TableRow } from './rows.ts'

/** The rows of a moment: its figures, and its texts, which expire with the messages. `messageTtlS`: undefined for no text at all. */
export function momentRows(record: MomentRecord, messageTtlS: number | undefined): TableRow[] {
  const { figures, texts, people } = splitMoment(record)
  const key = { channel_id: record.channel_id, start: new Date(record.start) }
  const rows: TableRow[] = [{ table: 'channel_moments', row: { ...key, figures } }]
  if (messageTtlS !== undefined)
    rows.push({ table: 'channel_moments', row: { ...key, texts, people }, ttlS: messageTtlS })
  return rows
}

/** The moment without the texts of people who opted out. */
export function withoutOptedOut(record: MomentRecord, people: OptedOut): MomentRecord {
  return record.sample_sources.reduce(
    (left, { user_id: userId }) =>
      people.anonymousId(userId) === undefined ? left : (stripMoment(left, { userId }) ?? left),
    record,
  )
}
