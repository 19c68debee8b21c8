import type { ChatMessage, Notice, Privacy } from '@chat-battle/contracts/records/chat-event'
import { Aggregate, type IsHidden } from './aggregates/aggregate.ts'
import { emptyAggregates, type Aggregates } from './aggregates/all.ts'
import type { IdHash } from './collections/id-hash.ts'
import type { Collection } from './collections/collection.ts'
import { SeenEvents } from './seen-events.ts'

/** The state of one channel's window. */
export class WindowState {
  /** Epoch ms. */
  readonly start: number
  readonly seen = new SeenEvents()
  readonly aggregates: Aggregates
  /** The same, in order. */
  readonly list: readonly Aggregate[]
  /** All collections, in the order of `collectionKinds`. */
  readonly collections: readonly Collection[]

  constructor(start: number) {
    this.start = start
    this.aggregates = emptyAggregates(start)
    this.list = Object.values(this.aggregates)
    this.collections = [this.seen.ids, ...this.list.flatMap(({ collections }) => Object.values(collections))]
  }

  /** Counts a message of this window that was not seen before. */
  countMessage(id: IdHash, message: ChatMessage, isHidden: IsHidden): void {
    const sinceStartMs = message.timestamp - this.start
    this.seen.addMessage(id, sinceStartMs)
    this.aggregates.moderatedMessages.countArrival(id, message.timestamp)
    for (const place of counting) this.list[place]?.countMessage(message, sinceStartMs, isHidden)
  }

  /** Counts a notice of this window that was not seen before. */
  countNotice(id: IdHash, notice: Notice): void {
    this.seen.addNotice(id)
    for (const aggregate of this.list) aggregate.countNotice(notice)
  }

  hidePerson(userId: string): void {
    for (const aggregate of this.list) aggregate.hidePerson(userId)
  }

  /** True if it knew the person. */
  anonymise({ user_id, anonymous_id, names }: Privacy): boolean {
    const changes = this.list.map((aggregate) => aggregate.anonymise(user_id, anonymous_id, names))
    return changes.includes(true)
  }
}

/** The places in `list` of the aggregates that count messages: about half of them. */
const counting: readonly number[] = [...Object.values(emptyAggregates(0)).entries()]
  .filter(([, { countMessage }]) => countMessage !== Aggregate.prototype.countMessage)
  .map(([place]) => place)

/** The name of each of a window's collections. */
export const collectionKinds: readonly string[] = [
  'seen',
  ...new WindowState(0).list.flatMap(({ collections }) => Object.keys(collections)),
]
