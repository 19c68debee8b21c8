import { z } from 'zod'
import { chatEvent } from '@chat-battle/contracts/records/chat-event'
import { count, epochMs } from '@chat-battle/contracts/primitives'
import { BrokerSkew, witnesses } from '../time/broker-skew.ts'
import { FinalWindows } from '../time/final-windows.ts'
import { hasTime, HeldEvents, maxHeld, maxPassed } from '../time/held-events.ts'
import type { PartitionParts, PartitionState } from '../partition.ts'
import { IdSet } from '../collections/id-set.ts'
import type { PageBuffer } from '../collections/page-buffer.ts'
import { pagePrefix, PageReader, PageWriter, type PageCounts, type PageLookup } from './pages.ts'
import { joinRecord, readable, snapshotVersion, splitRecord, type StateRecord } from './state-record.ts'

export const checkpointKey = 'checkpoint'
/** The owner of the pages of `FinalWindows`. */
const finalKey = 'final'

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

/** A position of the input, and the state of the partition as a whole there. */
export interface Checkpoint extends Omit<PartitionParts, 'channels'> {
  nextOffset: bigint
  /** How many channels the state has. */
  channels: number
  counts: PageCounts
}

/** The checkpoint of a state, the changed pages below it, and how many pages it has. */
export function writeCheckpoint(
  state: PartitionState,
  buffer: PageBuffer,
): { records: StateRecord[]; counts: PageCounts } {
  const pages = new PageWriter(buffer)
  const header = {
    v: snapshotVersion,
    next_offset: String(state.nextOffset),
    revision_base: state.revisionBase,
    clock: state.clock,
    skew: state.skew.state,
    held: [...state.held.all],
    final: Array.from(state.finalWindows.byStart, ([start, { channels, addedAtMs }]) => {
      const [, count] = pages.add(finalKey, start, 'channels', channels, false)
      return { start, pages: count, added_at_ms: addedAtMs }
    }),
    sealed: state.finalWindows.sealed,
    touches: state.open.touches,
    channels: state.channels.size,
  } satisfies z.input<typeof checkpoint>
  const record = { key: checkpointKey, value: joinRecord(header, pages.inline.view()) }
  return { records: [...pages.records, record], counts: pages.counts }
}

/** Throws `UnreadableState`. */
export function readCheckpoint(stored: Buffer, lookUp: PageLookup): Checkpoint {
  const read = readable(checkpointKey, () => checkpoint.parse(splitRecord(stored).header))
  const reader = new PageReader(checkpointKey, Buffer.alloc(0), lookUp)
  const byStart = read.final.map(({ start, pages, added_at_ms }) => {
    const channels = new IdSet()
    reader.read(pagePrefix(finalKey, start, 'channels'), channels, [0, pages])
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
    counts: reader.counts,
  }
}

const withBase = z.looseObject({ revision_base: count })

/** The revision base of a record of a state that cannot be used as a whole; 0 if it has none. */
export function revisionBaseOf(stored: Buffer): number {
  try {
    return withBase.parse(splitRecord(stored).header).revision_base
  } catch {
    return 0
  }
}
