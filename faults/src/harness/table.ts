import type { Outcome } from './define-fault.ts'
import { isClean } from '../judges/verdict.ts'

export interface Row extends Outcome {
  id: number
  name: string
}

const heading = ['#', 'fault', 'times', 'messages', 'lost', 'twice', 'recovered in', 'also measured']

/** The rows as a table of Markdown, padded to be read as it is. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    String(row.id),
    row.name,
    String(row.times),
    row.verdict.messages.toLocaleString('en-US'),
    String(row.verdict.lost),
    String(row.verdict.twice),
    row.recoveredInS === undefined ? '' : `${row.recoveredInS.toFixed(1)} s`,
    [
      ...(isClean(row.verdict) ? [] : [`FAILED: ${row.verdict.problems.length} problems`]),
      ...(row.notes ?? []),
    ].join('; '),
  ])
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')
}
