import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { ChartGrid } from './chart-series.ts'

/** A table that is read aloud has at most so many rows. */
const maxRows = 30

export interface TableRow {
  /** Start of the row's time, epoch ms. */
  at: number
  /** Per series, the mean of the known values; null without one. */
  values: (number | null)[]
}

/** The curves as a table: each row is the mean of as many steps as it takes to stay within the rows. */
export function tableRows({ xs, columns, stepMs }: ChartGrid, { from, to }: TimeRange): TableRow[] {
  const shown = xs.map((at, index) => ({ at, index })).filter(({ at }) => at >= from && at < to)
  const perRow = Math.max(1, Math.ceil(shown.length / maxRows))
  const rows: TableRow[] = []
  for (let first = 0; first < shown.length; first += perRow) {
    const steps = shown.slice(first, first + perRow)
    rows.push({
      at: (steps[0]?.at ?? 0) - stepMs / 2,
      values: columns.map((column) => meanOf(steps.map(({ index }) => column[index] ?? null))),
    })
  }
  return rows
}

/** The mean of the known values; null without one. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** Greatest value, its step's start (epoch ms) and mean of a curve; null where nothing is known. */
export function curveFigures(
  { xs, columns, stepMs }: ChartGrid,
  index: number,
  { from, to }: TimeRange,
): { peak: number; peakAt: number; mean: number } | null {
  const known = (columns[index] ?? []).flatMap((value, step) => {
    const at = xs[step] ?? 0
    return value === null || at < from || at >= to ? [] : [{ value, at }]
  })
  const mean = meanOf(known.map(({ value }) => value))
  if (mean === null) return null
  const { value: peak, at } = known.reduce((most, each) => (each.value > most.value ? each : most))
  return { peak, peakAt: at - stepMs / 2, mean }
}
