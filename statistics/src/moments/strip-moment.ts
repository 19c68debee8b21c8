import { noLeading, type MomentRecord } from '@chat-battle/contracts/records/moment'
import { hashOfMessage, hashOfPerson, minLeadingPeople } from './leading.ts'

/** Whose texts are to go: of one message, of one person, or all. */
export type Removed = { messageId: string } | { userId: string } | 'all'

/** The part of a record that texts are in. */
export type MomentTexts = Pick<MomentRecord, 'leading' | 'leading_sources' | 'samples' | 'sample_sources'>

/** The record without the texts of a message or a person; undefined if it has none of them. Its figures stay. */
export function stripMoment<R extends MomentTexts>(record: R, removed: Removed): R | undefined {
  const kept = record.sample_sources.map((source) => !isSampleOf(source, removed))
  const sources = record.leading_sources.filter((source) => !isSourceOf(source, removed))
  const hasTexts = record.leading.kind === 'phrase' || record.samples.length > 0
  const isSame = kept.every(Boolean) && sources.length === record.leading_sources.length
  if (isSame && !(removed === 'all' && hasTexts)) return undefined
  const isGone =
    record.leading.kind === 'phrase' && new Set(sources.map(([, user]) => user)).size < minLeadingPeople
  return {
    ...record,
    samples: record.samples.filter((_, index) => kept[index]),
    sample_sources: record.sample_sources.filter((_, index) => kept[index]),
    leading: isGone ? noLeading : record.leading,
    leading_sources: isGone ? [] : sources,
  }
}

/** The record with the samples for which `edit` returns another text; undefined if it returns none. */
export function editSamples<R extends MomentTexts>(
  record: R,
  edit: (text: string) => string | undefined,
): R | undefined {
  const edited = record.samples.map(edit)
  if (edited.every((text) => text === undefined)) return undefined
  return { ...record, samples: record.samples.map((text, index) => edited[index] ?? text) }
}

type SampleSource = MomentRecord['sample_sources'][number]

function isSampleOf({ message_id, user_id }: SampleSource, removed: Removed): boolean {
  if (removed === 'all') return true
  return 'userId' in removed ? user_id === removed.userId : message_id === removed.messageId
}

function isSourceOf([message, person]: readonly [number, number], removed: Removed): boolean {
  if (removed === 'all') return true
  return 'userId' in removed
    ? person === hashOfPerson(removed.userId)
    : message === hashOfMessage(removed.messageId)
}
