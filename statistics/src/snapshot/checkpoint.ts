import { z } from 'zod'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import { BrokerSkew, witnesses } from '../time/broker-skew.ts'
import { FinalWindows } from '../time/final-windows.ts'
import { hasTime, HeldEvents, maxHeld, maxPassed } from '../time/held-events.ts'
import type { PartitionParts, PartitionState } from '../partition.ts'
import {
  json,
  pageKey,
  pageKeys,
  readIdSet,
  snapshotVersion,
  understood,
  type PageLookup,
  type StateRecord,
} from './state-pages.ts'

export const checkpointKey = 'checkpoint'
/** What the keys of the pages of `FinalWindows` begin with. */
export const finalKey = 'final'

const maxFinalPages = 100_000

const checkpoint = z.object({
  v: z.literal(snapshotVersion),
  next_offset: z.string().regex(/^[0-9]+$/),
  revision_base: count,
  clock: z.object({
    sweptAtMs: epochMs,
    nowMs: epochMs,
    lastAppendMs: epochMs,
    keepUntilMs: epochMs,
    wholeFromMs: epochMs,
  }),
  skew: z.object({
    skewMs: count,
    run: z.array(z.int()).max(witnesses),
    highestMs: z.int(),
    events: count,
    activeMs: count,
    lastAppendMs: epochMs,
  }),
  held: z
    .array(
      z.object({
        event: chatEvent.transform((event, context) => {
          if (hasTime(event)) return event
          context.addIssue('an event without a time')
          return z.NEVER
        }),
        appendMs: epochMs,
        passed: count.max(maxPassed),
      }),
    )
    .max(maxHeld),
  final: z.array(z.object({ start: epochMs, pages: count.max(maxFinalPages), added_at_ms: epochMs })),
  sealed: z.object({ untilMs: epochMs, atMs: epochMs }),
  touches: count,
  channels: count,
})

/** A position of the input, and what is known of the partition as a whole there. */
export interface Checkpoint extends Omit<PartitionParts, 'channels'> {
  nextOffset: bigint
  /** How many channels the state has. */
  channels: number
}

/** The checkpoint of a state and the pages below it that changed. */
export function checkpointRecords(state: PartitionState): StateRecord[] {
  const { finalWindows } = state
  const pages = [...finalWindows.byStart].flatMap(([start, { channels }]) =>
    channels
      .takeDirtyPages()
      .map(([page, value]): StateRecord => ({ key: pageKey(finalKey, start, 'channels', page), value })),
  )
  const plain = {
    v: snapshotVersion,
    next_offset: String(state.nextOffset),
    revision_base: state.revisionBase,
    clock: state.clock,
    skew: state.skew.state,
    held: [...state.held.all],
    final: [...finalWindows.byStart].map(([start, { channels, addedAtMs }]) => ({
      start,
      pages: channels.pageCount,
      added_at_ms: addedAtMs,
    })),
    sealed: finalWindows.sealed,
    touches: state.touches,
    channels: state.channels.size,
  } satisfies z.input<typeof checkpoint>
  return [...pages, { key: checkpointKey, value: json(plain) }]
}

/** The keys of the pages that a checkpoint counts. */
export function finalPageKeys({ byStart }: FinalWindows): Set<string> {
  return new Set(
    [...byStart].flatMap(([start, { channels }]) =>
      pageKeys(finalKey, start, 'channels', channels.pageCount),
    ),
  )
}

/** Throws `UnreadableState`. */
export function readCheckpoint(stored: Buffer, lookUp: PageLookup): Checkpoint {
  const read = understood(checkpointKey, () => checkpoint.parse(JSON.parse(stored.toString())))
  const byStart = read.final.map(({ start, pages, added_at_ms }) => {
    const channels = readIdSet(pageKeys(finalKey, start, 'channels', pages), checkpointKey, lookUp)
    return [start, { channels, addedAtMs: added_at_ms }] as const
  })
  return {
    nextOffset: BigInt(read.next_offset),
    revisionBase: read.revision_base,
    clock: read.clock,
    skew: new BrokerSkew(read.skew),
    held: new HeldEvents(read.held),
    finalWindows: new FinalWindows(byStart, read.sealed),
    touches: read.touches,
    channels: read.channels,
  }
}

const withBase = z.looseObject({ revision_base: count })

/** The revision base of a record of a state that cannot be used as a whole; 0 where it has none. */
export function revisionBaseOf(stored: Buffer): number {
  try {
    return withBase.parse(JSON.parse(stored.toString())).revision_base
  } catch {
    return 0
  }
}
