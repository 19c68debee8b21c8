import { z } from 'zod'
import { count } from '@chat-battle/contracts/primitives'
import type { ChatMessage, Notice } from '@chat-battle/contracts/records/chat-event'
import type { Collection } from '../collections/collection.ts'
import type { CountTable } from '../collections/count-table.ts'

/** Whether a person was banned or timed out, so that they are not shown by name. */
export type IsHidden = (userId: string) => boolean

/** What one or several figures of a window are made of: their state, how they count, and how they are shown. */
export abstract class Aggregate {
  /** What grows with the chat, by a name that no other aggregate uses: a snapshot keeps it in pages. */
  readonly collections: Readonly<Record<string, Collection>> = {}

  /** Counts a message once. `sinceStartMs`: since the window's start. */
  countMessage(_message: ChatMessage, _sinceStartMs: number, _isHidden: IsHidden): void {
    // Most aggregates count some events only.
  }

  /** Counts a notice once. */
  countNotice(_notice: Notice): void {
    // As above.
  }

  /** A person was banned or timed out: their messages stay counted, and they are not shown by name. */
  hidePerson(_userId: string): void {
    // As above.
  }

  /** A person opted out: they stay counted, under their anonymous id and without a name. True if it knew them. */
  anonymise(_userId: string, _anonymousId: string, _names: readonly string[]): boolean {
    return false
  }

  /** The figures by name, as they are on the wire. */
  abstract figures(): object

  /** What a snapshot keeps besides the collections, as JSON; null or 0: nothing. */
  save(): unknown {
    return null
  }

  /** Takes over what `save` returned, unless that was nothing; throws for anything else. */
  restore(saved: unknown): void {
    z.null().parse(saved)
  }
}

/** An aggregate that is one number. */
export abstract class Counter extends Aggregate {
  value = 0

  override save(): number {
    return this.value
  }

  override restore(saved: unknown): void {
    this.value = count.parse(saved)
  }
}

/** An aggregate whose only state besides its collections is by how much counts of its table may be low. */
export abstract class Ranked extends Aggregate {
  protected abstract readonly table: CountTable

  override save(): number {
    return this.table.maxLow
  }

  override restore(saved: unknown): void {
    this.table.maxLow = count.parse(saved)
  }
}
