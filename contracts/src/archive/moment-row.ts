import { leadingToken, momentRecord, noLeading, type MomentRecord } from '../records/moment.ts'

const textFields = { samples: true, sample_sources: true, leading_sources: true } as const

/** A moment without any person's text: the column `figures` of `channel_moments`, as JSON. */
export const momentFigures = momentRecord.omit(textFields)

/** What people wrote in a moment: the column `texts`, as JSON. `leading`: null unless it is a phrase. */
export const momentTexts = momentRecord.pick(textFields).extend({ leading: leadingToken.nullable() })

/** The columns of a moment. `people`: the ids of the people whose messages are among the samples. */
export function splitMoment(record: MomentRecord): { figures: string; texts: string; people: string[] } {
  const { samples, sample_sources, leading_sources, leading, ...rest } = record
  const isText = leading.kind === 'phrase'
  return {
    figures: JSON.stringify({ ...rest, leading: isText ? noLeading : leading }),
    texts: JSON.stringify({ samples, sample_sources, leading_sources, leading: isText ? leading : null }),
    people: [...new Set(sample_sources.map(({ user_id }) => user_id))],
  }
}

/** The moment of a row. `texts`: null when they expired. Throws for what `splitMoment` never returns. */
export function joinMoment(figures: string, texts: string | null): MomentRecord {
  const read = momentFigures.parse(JSON.parse(figures))
  if (texts === null) return { ...read, samples: [], sample_sources: [], leading_sources: [] }
  const { leading, ...others } = momentTexts.parse(JSON.parse(texts))
  return { ...read, ...others, leading: leading ?? read.leading }
}
