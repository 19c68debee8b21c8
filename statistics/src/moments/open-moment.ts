import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import { moodOf } from '@chat-battle/contracts/records/mood'
import { IdSet } from '../collections/id-set.ts'
import { addMoods, binMs, nothingKnown, restoreMoods, saveMoods, savedMoods, type Bin } from './bins.ts'
import type { EndedMoment, MomentContent } from './ended-moments.ts'
import { explain } from './leading.ts'
import { MessageSample, savedSample } from './message-sample.ts'
import { peopleOf } from './recent-bins.ts'

/** People of a moment are counted exactly up to here; further ones are not counted. */
const maxPeople = 100_000

export const savedOpenMoment = z.object({
  first: count,
  lastHigh: count,
  peak: count,
  peakCount: count,
  mean: z.number().positive(),
  high: count.min(1),
  messages: count,
  moods: savedMoods,
  event: z.boolean(),
  ended: z.boolean(),
  sample: savedSample,
})

interface Begin {
  first: number
  mean: number
  high: number
  sample: MessageSample
}

/** What is known of a moment's bins. */
interface Sums {
  peak: number
  peakCount: number
  messages: number
  moods: Bin['moods']
}

/** A moment that lasts, or ended so recently that it may go on. It has the bins from `first` to `lastHigh`. */
export class OpenMoment {
  readonly first: number
  /** The baseline when it began, and from which count on a bin is high. */
  readonly mean: number
  readonly high: number
  /** Of the bins that were added. */
  readonly people = new IdSet()
  readonly sample: MessageSample
  lastHigh: number
  isEvent = false
  isEnded = false
  /** What it became when it could not go on any more. */
  settled: EndedMoment | undefined
  #sums: Sums

  constructor({ first, mean, high, sample }: Begin) {
    this.first = first
    this.lastHigh = first
    this.mean = mean
    this.high = high
    this.sample = sample
    this.#sums = { peak: first, peakCount: 0, messages: 0, moods: nothingKnown }
  }

  get startMs(): number {
    return this.first * binMs
  }

  get endMs(): number {
    return (this.lastHigh + 1) * binMs
  }

  has({ index }: Bin): boolean {
    return index >= this.first && index <= this.lastHigh
  }

  /** Adds a bin that no message is counted in any more. */
  addBin(bin: Bin): void {
    this.#sums = withBin(this.#sums, bin)
    for (const [person] of bin.people.entries()) if (this.people.size < maxPeople) this.people.add(person)
  }

  /** The moment as it is now. `recent`: bins that were not added yet. */
  content(recent: readonly Bin[]): MomentContent {
    const own = recent.filter((bin) => this.has(bin))
    const { peak, peakCount, messages, moods } = own.reduce(withBin, this.#sums)
    const people = this.#countPeople(own)
    const kept = this.sample.messagesBetween(this.startMs, this.endMs)
    const texts = explain(kept, people, this.sample.isWhole)
    // In the order of the schema, which a restored moment has.
    return {
      start: this.startMs,
      peak: peak * binMs,
      end: this.isEnded ? this.endMs : null,
      kind: this.isEvent ? 'event' : 'chat',
      times_baseline: Math.round((peakCount / this.mean) * 10) / 10,
      message_count: messages,
      people,
      leading: texts.leading,
      samples: texts.samples,
      mood: moodOf(moods, messages),
      sample_sources: texts.sample_sources,
      leading_sources: texts.leading_sources,
    }
  }

  #countPeople(recent: readonly Bin[]): number {
    const others = peopleOf(recent, (person) => this.people.has(person))
    return Math.min(maxPeople, this.people.size + others.size)
  }

  save(): z.infer<typeof savedOpenMoment> {
    const { first, lastHigh, mean, high, isEvent, isEnded } = this
    const { moods, ...sums } = this.#sums
    return {
      ...{ first, lastHigh, mean, high, event: isEvent, ended: isEnded },
      ...sums,
      moods: saveMoods(moods),
      sample: this.sample.save(),
    }
  }

  static restore(saved: z.infer<typeof savedOpenMoment>): OpenMoment {
    const moment = new OpenMoment({ ...saved, sample: MessageSample.restore(saved.sample) })
    moment.lastHigh = saved.lastHigh
    moment.isEvent = saved.event
    moment.isEnded = saved.ended
    const { peak, peakCount, messages, moods } = saved
    moment.#sums = { peak, peakCount, messages, moods: restoreMoods(moods) }
    return moment
  }
}

function withBin(sums: Sums, { index, capped, messages, moods }: Bin): Sums {
  const isHigher = capped > sums.peakCount
  return {
    peak: isHigher ? index : sums.peak,
    peakCount: isHigher ? capped : sums.peakCount,
    messages: sums.messages + messages,
    moods: addMoods(sums.moods, moods),
  }
}
