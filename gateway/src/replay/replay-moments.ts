import { shownMoment, type Moment } from '@chat-battle/contracts/records/moment'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { readArchivedMoments } from '../archive/moments.ts'

/** The moments of a channel in a replay, as the archive has them: each is shown when it ends, as it was then. */
export class ReplayMoments {
  readonly #archive: Pick<ArchiveReader, 'page'>
  readonly #channel: { readonly id: string; readonly login: string }
  readonly #showsTexts: boolean
  /** By the time when they are shown. */
  #moments: readonly Moment[] | undefined

  constructor(
    archive: Pick<ArchiveReader, 'page'>,
    channel: { readonly id: string; readonly login: string },
    showsTexts: boolean,
  ) {
    this.#archive = archive
    this.#channel = channel
    this.#showsTexts = showsTexts
  }

  /** Throws `RequestRefused`. */
  async read(from: number, to: number): Promise<void> {
    const found = await readArchivedMoments(this.#archive, this.#channel.id, from, to)
    const shown = found.map((record) => ({
      ...shownMoment(record),
      channel_login: this.#channel.login,
      samples: [],
    }))
    this.#moments ??= shown.sort((a, b) => shownAt(a) - shownAt(b))
  }

  /** The moments that ended after `sinceMs` and up to `toMs`. Throws `RequestRefused`. */
  async between(sinceMs: number, toMs: number): Promise<Moment[]> {
    const due = (this.#moments ?? []).filter((moment) => shownAt(moment) > sinceMs && shownAt(moment) <= toMs)
    // Texts are not kept: one that is removed meanwhile is not shown any more.
    return Promise.all(due.map((moment) => (this.#showsTexts ? this.#withTexts(moment) : moment)))
  }

  async #withTexts(moment: Moment): Promise<Moment> {
    const [found] = await readArchivedMoments(this.#archive, this.#channel.id, moment.start, moment.start + 1)
    return { ...moment, samples: found?.samples ?? [] }
  }
}

function shownAt({ peak, end }: Moment): number {
  return end ?? peak
}
