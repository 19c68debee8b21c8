import { z } from 'zod'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import { IdSet } from '../collections/id-set.ts'
import { Bin, BinHistory, binMs, rememberedBins, savedBin } from '../moments/bins.ts'
import { ChannelMoments } from '../moments/channel-moments.ts'
import { EndedMoment, EndedMoments } from '../moments/ended-moments.ts'
import { MessageSample, savedSample } from '../moments/message-sample.ts'
import { MomentEvents, savedEvents } from '../moments/moment-events.ts'
import { OpenMoment, savedOpenMoment } from '../moments/open-moment.ts'
import { RecentBins } from '../moments/recent-bins.ts'
import { pagePrefix, storedPages, type PageReader, type PageWriter } from './pages.ts'

/** The names of the collections, as parts of their keys. */
const kinds = {
  history: 'bins',
  people: 'bin-people',
  again: 'bin-again',
  moment: 'moment-people',
  ended: 'moment-ended',
} as const

/** A bin, then the pages of its people, and of those with more than one message. */
const storedBin = z.tuple([savedBin, storedPages, storedPages.optional()])

/**
 * What a channel's record has of its moments: what is missing is empty. A collection's pages are below its record, as those of a
 * window are.
 */
export const storedMoments = z.object({
  history: storedPages,
  bins: z.array(storedBin),
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
    history: pages.add(id, 0, kinds.history, bins.history),
    bins: bins.all.map((bin) => writeBin(id, bin, pages)),
    ...(excluded.length > 0 ? { excluded } : {}),
    ...(sample.isEmpty ? {} : { sample: sample.save() }),
    ...(events.isEmpty ? {} : { events: events.save() }),
    ...(current === undefined ? {} : { current: writeCurrent(id, current, pages) }),
    ...(ended.all.length > 0 ? { ended: ended.all.map((moment) => writeEnded(id, moment, pages)) } : {}),
    covered_to: coveredToMs,
  }
}

function writeBin(id: string, bin: Bin, pages: PageWriter): z.input<typeof storedBin> {
  const startMs = bin.index * binMs
  const people = pages.add(id, startMs, kinds.people, bin.people)
  if (bin.again === undefined) return [bin.save(), people]
  return [bin.save(), people, pages.add(id, startMs, kinds.again, bin.again)]
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
  const history = new BinHistory()
  reader.read(pagePrefix(id, 0, kinds.history), history, stored.history)
  return new ChannelMoments({
    bins: new RecentBins(
      history,
      stored.bins.map((bin) => readBin(id, bin, reader)),
    ),
    excluded: [...(stored.excluded ?? [])],
    sample: stored.sample === undefined ? new MessageSample() : MessageSample.restore(stored.sample),
    events: new MomentEvents(stored.events),
    current: stored.current === undefined ? undefined : readCurrent(id, stored.current, reader),
    ended: new EndedMoments(stored.ended?.map((moment) => readEnded(id, moment, reader))),
    coveredToMs: stored.covered_to,
  })
}

function readBin(id: string, [saved, people, again]: z.infer<typeof storedBin>, reader: PageReader): Bin {
  const bin = Bin.restore(saved)
  const startMs = bin.index * binMs
  reader.read(pagePrefix(id, startMs, kinds.people), bin.people, people)
  if (again !== undefined) {
    bin.again = new IdSet()
    reader.read(pagePrefix(id, startMs, kinds.again), bin.again, again)
  }
  return bin
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
