import { z } from 'zod'
import { hashEvent } from '../collections/id-hash.ts'
import { emptyAggregates } from '../aggregates/all.ts'

/** Raise it when the meaning of a snapshot changes other than by its list of aggregates. */
const formatVersion = 8

/** A state of another version is built again from the input. Covers the list of aggregates, so a new figure changes it. */
export const snapshotVersion = `${formatVersion}-${(hashEvent(Object.keys(emptyAggregates(0)).join()).low >>> 0).toString(16)}`

/** A record of `processor-state`; a null value deletes the key. */
export interface StateRecord {
  key: string
  value: Buffer | null
}

/** Thrown for a record of a state that cannot be read. */
export class UnreadableState extends Error {
  readonly key: string

  constructor(key: string, problem: string) {
    super(problem)
    this.key = key
  }
}

/** Returns what `read` makes of the record at `key`. Throws `UnreadableState` if it throws: its own if it is one. */
export function readable<T>(key: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableState) throw error
    throw new UnreadableState(key, error instanceof z.ZodError ? z.prettifyError(error) : String(error))
  }
}

const newline = 0x0a

/** A record's value: JSON on one line, then pages that are too few for records of their own. */
export function joinRecord(header: unknown, pages: Uint8Array): Buffer {
  const line = JSON.stringify(header)
  const lineBytes = Buffer.byteLength(line)
  const value = Buffer.allocUnsafe(lineBytes + 1 + pages.length)
  value.write(line, lineBytes === line.length ? 'latin1' : 'utf8')
  value[lineBytes] = newline
  value.set(pages, lineBytes + 1)
  return value
}

/** The two parts of what `joinRecord` made. Throws if there is no JSON. */
export function splitRecord(value: Buffer): { header: unknown; pages: Buffer } {
  const end = value.indexOf(newline)
  if (end < 0) throw new Error('the record has no line of JSON')
  return { header: JSON.parse(value.toString('utf8', 0, end)), pages: value.subarray(end + 1) }
}
