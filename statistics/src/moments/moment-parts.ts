import type { BinRange } from './baseline.ts'
import { EndedMoments, type EndedMoment } from './ended-moments.ts'
import { MessageSample } from './message-sample.ts'
import { MomentEvents } from './moment-events.ts'
import type { OpenMoment } from './open-moment.ts'
import { RecentBins } from './recent-bins.ts'

/** A moment of a channel, as long as anything of it may change. */
export type TrackedMoment = OpenMoment | EndedMoment

/** What changed since it was last looked at. `isUrgent`: a moment began, ended or lost a text. */
export interface ChangedMoment {
  readonly moment: TrackedMoment
  readonly isUrgent: boolean
}

/** What the moments of a channel consist of: a snapshot keeps it. */
export interface MomentParts {
  bins: RecentBins
  /** Bins of moments, which no baseline contains. */
  excluded: BinRange[]
  /** Texts of a stretch that may become a moment. */
  sample: MessageSample
  events: MomentEvents
  current: OpenMoment | undefined
  ended: EndedMoments
  /** Until when the channel was covered, its time. */
  coveredToMs: number
}

export function emptyParts(): MomentParts {
  return {
    bins: new RecentBins(),
    excluded: [],
    sample: new MessageSample(),
    events: new MomentEvents(),
    current: undefined,
    ended: new EndedMoments(),
    coveredToMs: 0,
  }
}
