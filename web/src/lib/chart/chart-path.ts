/** A box in which values up to `max` are drawn. */
interface Box {
  width: number
  height: number
  max: number
}

type Values = readonly (number | null)[]

/** An SVG path of a curve at the fractions `xs` of the width; a null leaves a hole. A lone value is a dot. */
export function linePath(xs: readonly number[], values: Values, box: Box): string {
  return runsOf(xs, values, box)
    .map(({ points }) => `M${points.join('L')}${points.length === 1 ? 'h0.1' : ''}`)
    .join('')
}

/** An SVG path of the area below a curve. */
export function areaPath(xs: readonly number[], values: Values, box: Box): string {
  return runsOf(xs, values, box)
    .map(({ points, from, to }) => `M${from} ${box.height}L${points.join('L')}L${to} ${box.height}Z`)
    .join('')
}

/** Known values without a hole between them, as `x y`, and the x of the first and the last. */
interface Run {
  points: string[]
  from: number
  to: number
}

function runsOf(xs: readonly number[], values: Values, { width, height, max }: Box): Run[] {
  const runs: Run[] = []
  let run: Run | undefined
  values.forEach((value, index) => {
    if (value === null) {
      run = undefined
      return
    }
    const x = round((xs[index] ?? 0) * width)
    if (run === undefined) runs.push((run = { points: [], from: x, to: x }))
    run.points.push(`${x} ${round(height - (value / max) * height)}`)
    run.to = x
  })
  return runs
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
