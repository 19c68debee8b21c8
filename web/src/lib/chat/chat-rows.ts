import type { RemovedMessages } from '@chat-battle/contracts/live/down'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { removes, type Line, type SkippedLine, type WrittenLine } from './chat-lines.ts'

export interface MessageRow {
  readonly kind: 'message'
  readonly key: string
  readonly channelId: string
  readonly message: ShownMessage
  /** How many messages it stands for. */
  readonly count: number
}

/** A message that was removed while the list stands still: it keeps the place. */
interface RemovedRow {
  readonly kind: 'removed'
  readonly key: string
  readonly channelId: string
}

export type Row = MessageRow | SkippedLine | RemovedRow

interface Repeated {
  readonly line: WrittenLine
  count: number
}

/** Makes rows of lines. A row that did not change is the same object again. */
export class ChatRows {
  #known = new Map<string, MessageRow>()

  /** `matches`: which messages are shown. `isCollapsed`: whether repeats share a row. */
  of(
    lines: readonly Line[],
    matches: (line: WrittenLine) => boolean,
    isCollapsed: boolean,
  ): { rows: Row[]; hidden: number } {
    const entries: (SkippedLine | Repeated)[] = []
    const groups = new Map<number, Repeated>()
    let hidden = 0
    for (const line of lines) {
      if (line.kind === 'skipped') entries.push(line)
      else if (!matches(line)) hidden++
      else {
        const found = isCollapsed ? groups.get(line.group) : undefined
        if (found !== undefined) found.count++
        else {
          const repeated = { line, count: 1 }
          if (isCollapsed) groups.set(line.group, repeated)
          entries.push(repeated)
        }
      }
    }
    const known = new Map<string, MessageRow>()
    const rows = entries.map((entry) => {
      if ('kind' in entry) return entry
      const row = this.#rowOf(entry)
      known.set(row.key, row)
      return row
    })
    this.#known = known
    return { rows, hidden }
  }

  #rowOf({ line: { key, channelId, message }, count }: Repeated): MessageRow {
    const known = this.#known.get(key)
    if (known?.message === message && known.count === count) return known
    return { kind: 'message', key, channelId, message, count }
  }
}

/** The rows of a list that stands still after a removal: the messages are gone, their places are not. */
export function withRemoved(rows: readonly Row[], removed: RemovedMessages): readonly Row[] {
  return withoutMessages(rows, (row) => removes(removed, row))
}

/** As above, for messages of which nothing says any longer whether they may be shown. */
export function withoutMessages(rows: readonly Row[], isGone: (row: MessageRow) => boolean): readonly Row[] {
  if (!rows.some((row) => row.kind === 'message' && isGone(row))) return rows
  return rows.map((row) =>
    row.kind === 'message' && isGone(row) ? { kind: 'removed', key: row.key, channelId: row.channelId } : row,
  )
}

/** How many rows at the start are gone from a list that went on; undefined if nothing of it is left. */
export function cutOf(before: readonly Row[], now: readonly Row[]): number | undefined {
  if (before.length === 0) return 0
  const first = now[0]
  if (first === undefined) return undefined
  const cut = before.findIndex(({ key }) => key === first.key)
  return cut === -1 ? undefined : cut
}

/** The messages below a row, or all if that is gone. */
export function newRows(rows: readonly Row[], last: string | undefined): MessageRow[] {
  const from = rows.findLastIndex(({ key }) => key === last) + 1
  return rows.slice(from).filter((row) => row.kind === 'message')
}
