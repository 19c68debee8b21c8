/** An SVG path of the area below the counts, in a box of `width` by `height`; a null leaves a hole. */
export function areaPath(counts: readonly (number | null)[], width: number, height: number): string {
  const peak = Math.max(1, ...counts.map((count) => count ?? 0))
  const x = (index: number) => round((index / Math.max(1, counts.length - 1)) * width)
  const y = (count: number) => round(height - (count / peak) * height)
  let path = ''
  let startedAt: number | undefined
  counts.forEach((count, index) => {
    if (count === null) {
      if (startedAt !== undefined) path += `L${x(index - 1)} ${height}Z`
      startedAt = undefined
      return
    }
    path +=
      startedAt === undefined ? `M${x(index)} ${height}L${x(index)} ${y(count)}` : `L${x(index)} ${y(count)}`
    startedAt ??= index
  })
  if (startedAt !== undefined) path += `L${x(counts.length - 1)} ${height}Z`
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** An SVG path of a curve at the fractions `xs` of the width, up to `max`; a null leaves a hole. A lone value is a dot. */
export function linePath(
  xs: readonly number[],
  values: readonly (number | null)[],
  { width, height, max }: { width: number; height: number; max: number },
): string {
  let path = ''
  let isDown = false
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false
      return
    }
    const point = `${round((xs[index] ?? 0) * width)} ${round(height - (value / max) * height)}`
    const isLone = !isDown && (values[index + 1] ?? null) === null
    path += `${isDown ? 'L' : 'M'}${point}${isLone ? 'h0.1' : ''}`
    isDown = true
  })
  return path
}
