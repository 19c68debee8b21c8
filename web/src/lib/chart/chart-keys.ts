import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import { stepAt, type ChartGrid } from './chart-series.ts'
import { panned, zoomed } from './chart-view.ts'

/** What a key does to the chart. */
export type KeyResult =
  /** The cursor goes to a time; with `extends` the chosen stretch reaches there. */
  { cursor: number; extends: boolean } | { moved: TimeRange } | { done: 'accept' | 'cancel' }

const pageSteps = 10

/** The keys of a focused chart; undefined: the key has no meaning there. `cursor`: epoch ms. */
export function chartKey(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  grid: ChartGrid,
  range: TimeRange,
  cursor: number | null,
): KeyResult | undefined {
  const at = cursor ?? range.to
  const bySteps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowUp: 1,
    PageDown: -pageSteps,
    PageUp: pageSteps,
  }
  const steps = bySteps[key]
  // Without a cursor, the first key shows it at the newest step.
  const goTo = (time: number) => ({ cursor: middleOf(grid, range, time), extends: shiftKey })
  if (steps !== undefined) return goTo(cursor === null ? at : at + steps * grid.stepMs)
  switch (key) {
    case 'Home':
      return goTo(range.from)
    case 'End':
      return goTo(range.to)
    case '+':
    case '=':
      return { moved: zoomed(range, at, 0.5) }
    case '-':
      return { moved: zoomed(range, at, 2) }
    case '<':
    case '>':
      return { moved: panned(range, ((key === '<' ? -1 : 1) * (range.to - range.from)) / 2) }
    case 'Enter':
      return { done: 'accept' }
    case 'Escape':
      return { done: 'cancel' }
    default:
      return undefined
  }
}

/** The middle of the step of a time, of those whose middle lies in the range. */
function middleOf(grid: ChartGrid, { from, to }: TimeRange, at: number): number {
  const inside = grid.xs.filter((x) => x >= from && x <= to)
  const middle = grid.xs[stepAt(grid, at)] ?? at
  return Math.min(inside.at(-1) ?? middle, Math.max(inside[0] ?? middle, middle))
}
