import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartGrid } from './chart-series.ts'

export interface CurveStyle {
  color: string
  /** Missing: the curve has no area. */
  fill?: string
  dash: readonly number[]
}

export interface PlotContent {
  grid: ChartGrid
  range: TimeRange
  /** Of the value axis, which begins at 0. */
  max: number
}

/** Curves on a canvas that fills its box, without axes: those are elements of the page. */
export interface Plot {
  draw(content: PlotContent): void
  /** Draws again in other colours. */
  restyle(styles: readonly CurveStyle[]): void
  resize(width: number, height: number): void
  close(): void
}

export function createPlot(host: HTMLElement, first: readonly CurveStyle[], content: PlotContent): Plot {
  let styles = first
  let { range, max } = content
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [0, 0, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: () => [range.from, range.to] },
      y: { range: () => [0, max] },
    },
    series: [
      {},
      ...styles.map((_, index) => curveOf(() => styles[index] ?? { color: 'currentColor', dash: [] })),
    ],
  }
  const plot = new uPlot(options, dataOf(content.grid), host)
  return {
    draw(next) {
      ;({ range, max } = next)
      plot.setData(dataOf(next.grid))
    },
    restyle(next) {
      styles = next
      plot.redraw()
    },
    resize: (width, height) => plot.setSize({ width, height }),
    close: () => plot.destroy(),
  }
}

function curveOf(style: () => CurveStyle): uPlot.Series {
  const { dash, fill } = style()
  return {
    stroke: () => style().color,
    ...(fill === undefined ? {} : { fill: () => style().fill ?? 'transparent' }),
    width: 2,
    dash: [...dash],
    points: { show: true, size: 4, filter: (plot, index) => loneIn(plot.data[index] ?? []) },
  }
}

/** Indexes of values between two holes: without a point they would not be seen. */
function loneIn(values: ArrayLike<number | null | undefined>): number[] {
  const isKnown = (index: number) => typeof values[index] === 'number'
  return Array.from(values, (_, index) => index).filter(
    (index) => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1),
  )
}

function dataOf({ xs, columns }: ChartGrid): uPlot.AlignedData {
  return [xs, ...columns]
}
