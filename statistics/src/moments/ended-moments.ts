import type { z } from 'zod'
import { momentRecord } from '@chat-battle/contracts/records/moment'
import type { Collection, PagePlace } from '../collections/collection.ts'
import type { PageBuffer } from '../collections/page-buffer.ts'
import { editSamples, stripMoment, type Removed } from './strip-moment.ts'

/** How long after its end moderation still reaches a moment here, channel time. The archive's moments are reached for longer. */
const rememberMs = 10 * 60_000
const maxRemembered = 3

const endedRecord = momentRecord.omit({ channel_id: true, channel_login: true, revision: true })

/** What a record has besides its channel and revision. */
export type MomentContent = z.infer<typeof endedRecord>

/** A moment that cannot go on any more. Its texts can still be removed. */
export class EndedMoment implements Collection {
  #content: MomentContent | undefined
  #isWritten = false
  readonly pageCount = 1

  constructor(content?: MomentContent) {
    this.#content = content
  }

  get content(): MomentContent {
    if (this.#content === undefined) throw new Error('the moment is not restored yet')
    return this.#content
  }

  get startMs(): number {
    return this.content.start
  }

  /** Removes texts; returns whether it had any of them. */
  strip(removed: Removed): boolean {
    return this.#replace(stripMoment(this.content, removed))
  }

  /** Replaces the samples for which `edit` returns another text; returns whether there were any. */
  editTexts(edit: (text: string) => string | undefined): boolean {
    return this.#replace(editSamples(this.content, edit))
  }

  #replace(content: MomentContent | undefined): boolean {
    if (content === undefined) return false
    this.#content = content
    this.#isWritten = false
    return true
  }

  writePage(_number: number, into: PageBuffer): void {
    into.addBytes(Buffer.from(JSON.stringify(this.content)))
  }

  takeChangedPages(): number[] {
    if (this.#isWritten) return []
    this.#isWritten = true
    return [0]
  }

  restorePage(page: Buffer, { isWritten }: PagePlace): void {
    this.#content = endedRecord.parse(JSON.parse(page.toString()))
    this.#isWritten = isWritten
  }
}

/** A channel's last ended moments, oldest first. */
export class EndedMoments {
  #moments: EndedMoment[]

  constructor(moments: readonly EndedMoment[] = []) {
    this.#moments = [...moments]
  }

  get all(): readonly EndedMoment[] {
    return this.#moments
  }

  add(moment: EndedMoment): void {
    this.#moments.push(moment)
    if (this.#moments.length > maxRemembered) this.#moments.shift()
  }

  forgetAt(timeMs: number): void {
    if (this.#moments.length === 0) return
    this.#moments = this.#moments.filter(({ content }) => (content.end ?? 0) + rememberMs > timeMs)
  }
}
