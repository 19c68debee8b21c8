import { z } from 'zod'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import { rememberedBins } from '../moments/bins.ts'
import { ChannelMoments } from '../moments/channel-moments.ts'
import { EndedMoment, EndedMoments } from '../moments/ended-moments.ts'
import { MessageSample, savedSample } from '../moments/message-sample.ts'
import { MomentEvents, savedEvents } from '../moments/moment-events.ts'
import { OpenMoment, savedOpenMoment } from '../moments/open-moment.ts'
import { readBins, writeBins } from './bins-page.ts'
import { pagePrefix, storedPages, type PageReader, type PageWriter } from './pages.ts'

/** The names of the collections, as parts of their keys. */
const kinds = {
  moment: 'moment-people',
  ended: 'moment-ended',
} as const

/**
 * What a channel's record has of its moments: what is missing is empty. A collection's pages are below its record, as those of a
 * window are.
 */
export const storedMoments = z.object({
  /** Length of the page of all bins. */
  bins: count,
  excluded: z
    .array(z.tuple([count, count]).readonly())
    .max(rememberedBins)
    .optional(),
  sample: savedSample.optional(),
  events: savedEvents.optional(),
  current: z.object({ saved: savedOpenMoment, people: storedPages }).optional(),
  ended: z.array(z.object({ start: epochMs, pages: storedPages })).optional(),
  covered_to: epochMs,
})

export function writeMoments(
  id: string,
  moments: ChannelMoments,
  pages: PageWriter,
): z.input<typeof storedMoments> {
  const { bins, excluded, sample, events, current, ended, coveredToMs } = moments.parts
  return {
    bins: writeBins(id, bins, pages),
    ...(excluded.length > 0 ? { excluded } : {}),
    ...(sample.isEmpty ? {} : { sample: sample.save() }),
    ...(events.isEmpty ? {} : { events: events.save() }),
    ...(current === undefined ? {} : { current: writeCurrent(id, current, pages) }),
    ...(ended.all.length > 0 ? { ended: ended.all.map((moment) => writeEnded(id, moment, pages)) } : {}),
    covered_to: coveredToMs,
  }
}

function writeCurrent(id: string, moment: OpenMoment, pages: PageWriter) {
  return { saved: moment.save(), people: pages.add(id, moment.startMs, kinds.moment, moment.people) }
}

/** Never inline: it rarely changes, and the channel's record does all the time. */
function writeEnded(id: string, moment: EndedMoment, pages: PageWriter) {
  return { start: moment.startMs, pages: pages.add(id, moment.startMs, kinds.ended, moment, false) }
}

/** Throws `UnreadableState`. */
export function readMoments(
  id: string,
  stored: z.infer<typeof storedMoments>,
  reader: PageReader,
): ChannelMoments {
  return new ChannelMoments({
    bins: readBins(id, stored.bins, reader),
    excluded: [...(stored.excluded ?? [])],
    sample: stored.sample === undefined ? new MessageSample() : MessageSample.restore(stored.sample),
    events: new MomentEvents(stored.events),
    current: stored.current === undefined ? undefined : readCurrent(id, stored.current, reader),
    ended: new EndedMoments(stored.ended?.map((moment) => readEnded(id, moment, reader))),
    coveredToMs: stored.covered_to,
  })
}

type Stored = z.infer<typeof storedMoments>

function readCurrent(id: string, stored: NonNullable<Stored['current']>, reader: PageReader): OpenMoment {
  const moment = OpenMoment.restore(stored.saved)
  reader.read(pagePrefix(id, moment.startMs, kinds.moment), moment.people, stored.people)
  return moment
}

function readEnded(
  id: string,
  { start, pages }: NonNullable<Stored['ended']>[number],
  reader: PageReader,
): EndedMoment {
  const moment = new EndedMoment()
  reader.read(pagePrefix(id, start, kinds.ended), moment, pages)
  return moment
}
