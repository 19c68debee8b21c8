import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'

interface ChartPoint {
  /** Start of the step, epoch ms. */
  at: number
  /** Null: not known. */
  value: number | null
}

export interface ChartSeries {
  label: string
  /** A CSS colour, such as `var(--c0)`. */
  color: string
  points: readonly ChartPoint[]
}

/** Something that happened, drawn as a mark at its time. */
export interface ChartMark {
  /** Epoch ms. */
  at: number
  kind: string
  label: string
}

/** Where messages may be missing, or a time that was not watched. */
export interface ChartHole extends TimeRange {
  kind: 'gap' | 'unwatched'
}

/** Values of several series at common times. */
export interface ChartGrid {
  /** Middle of each step, epoch ms. */
  xs: number[]
  /** Per series, the values at `xs`. */
  columns: (number | null)[][]
  stepMs: number
}

/** The longest history has 4,320 points. */
const maxSteps = 5000

/** The dash pattern of each series, in px: tells the curves apart without their colours. */
export const dashes: readonly (readonly number[])[] = [[], [9, 4], [2, 4], [12, 3, 2, 3]]

/** Puts the points on a grid that reaches one step beyond both ends of the range, so that curves end at its edges. */
export function gridOf(series: readonly ChartSeries[], { from, to }: TimeRange, stepMs: number): ChartGrid {
  const first = Math.floor(from / stepMs) - 1
  const steps = Math.min(maxSteps, Math.max(1, Math.ceil(to / stepMs) + 1 - first))
  const xs = Array.from({ length: steps }, (_, step) => (first + step + 0.5) * stepMs)
  const columns = series.map(({ points }) => {
    const column = new Array<number | null>(steps).fill(null)
    for (const { at, value } of points) {
      const step = Math.floor(at / stepMs) - first
      if (step >= 0 && step < steps) column[step] = value
    }
    return column
  })
  return { xs, columns, stepMs }
}

/** Adds up the columns: each is the sum of itself and those before it. Null where none is known. */
export function stacked(columns: readonly (number | null)[][]): (number | null)[][] {
  const sums: (number | null)[][] = []
  for (const column of columns) {
    const below = sums.at(-1)
    sums.push(
      column.map((value, index) => {
        const under = below?.[index] ?? null
        return value === null ? under : value + (under ?? 0)
      }),
    )
  }
  return sums
}

/** The greatest known value within the range; 0 without one. */
export function peakOf({ xs, columns }: ChartGrid, { from, to }: TimeRange): number {
  let peak = 0
  for (const column of columns)
    for (const [index, value] of column.entries()) {
      const at = xs[index] ?? 0
      if (value !== null && value > peak && at >= from && at <= to) peak = value
    }
  return peak
}

/** Index of the step that `at` lies in, or of the nearest one. */
export function stepAt({ xs, stepMs }: ChartGrid, at: number): number {
  const first = xs[0] ?? 0
  return Math.min(xs.length - 1, Math.max(0, Math.round((at - first) / stepMs)))
}
