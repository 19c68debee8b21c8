import { z } from 'zod'
import { bytesPerId, IdSet, idsPerPage } from '../collections/id-set.ts'

/** Raised whenever a snapshot's meaning changes; a state of another version is rebuilt from the input. */
export const snapshotVersion = 5

/** A record of `processor-state`; a null value deletes the key. */
export interface StateRecord {
  key: string
  value: Buffer | null
}

/** Looks a page of the state up by its key. */
export type PageLookup = (key: string) => Buffer | undefined

/** Thrown where a record of a state cannot be understood. */
export class UnreadableState extends Error {
  readonly key: string

  constructor(key: string, problem: string) {
    super(problem)
    this.key = key
  }
}

/** The key of a page. `owner`: the key of the record that counts it. */
export function pageKey(owner: string, start: number, kind: string, page: number): string {
  return `${owner}:${start}:${kind}:${page}`
}

export function pageKeys(owner: string, start: number, kind: string, pages: number): string[] {
  return Array.from({ length: pages }, (_, page) => pageKey(owner, start, kind, page))
}

/** What `read` makes of each page of a kind. Throws `UnreadableState` where one is missing or not understood. */
export function readPages<T>(
  keys: readonly string[],
  countedBy: string,
  lookUp: PageLookup,
  read: (content: Buffer, isLast: boolean) => T,
): T[] {
  return keys.map((key, number) => {
    const content = lookUp(key)
    if (content === undefined) throw new UnreadableState(countedBy, `page ${key} is missing`)
    return understood(key, () => read(content, number === keys.length - 1))
  })
}

export function readIdSet(keys: readonly string[], countedBy: string, lookUp: PageLookup): IdSet {
  const read = (content: Buffer, isLast: boolean): Buffer => {
    checkFull(content.length / bytesPerId, idsPerPage, isLast)
    return content
  }
  return IdSet.fromPages(readPages(keys, countedBy, lookUp, read))
}

/** Throws for a page that does not hold as much as one does: all but the last are full, and none is empty. */
export function checkFull(held: number, perPage: number, isLast: boolean): void {
  const isFull = held === perPage || (isLast && held > 0 && held < perPage && Number.isInteger(held))
  if (!isFull) throw new Error(`a page of ${held} entries`)
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** What `read` makes of the record at `key`. Throws `UnreadableState` where it throws. */
export function understood<T>(key: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UnreadableState(key, error instanceof z.ZodError ? z.prettifyError(error) : String(error))
  }
}
