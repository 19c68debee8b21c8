import { isClean } from '../judges/verdict.ts'
import type { FaultRow, Outcome } from './fault.ts'
import { withCommas } from './format.ts'

export type ReportedRow = FaultRow & Outcome

const heading = ['#', 'fault', 'times', 'messages', 'lost', 'twice', 'recovered']

/** The rows as a Markdown table, padded so that it can be read on a terminal. */
export function formatTable(rows: readonly ReportedRow[]): string {
  const cells = rows.map((row) => [
    String(row.id),
    row.name,
    withCommas(row.times),
    withCommas(row.verdict.messages),
    String(row.verdict.lost),
    String(row.verdict.twice),
    row.recoveredInS === undefined ? '' : `${row.recoveredInS.toFixed(1)} s`,
  ])
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')
}

/** What else was measured, as a Markdown list with one line per row, and which rows failed. */
export function formatNotes(rows: readonly ReportedRow[]): string {
  return rows
    .map(({ id, verdict, notes = [] }) => {
      const failure = isClean(verdict) ? [] : [`FAILED: ${verdict.problems.length} problems`]
      return { id, text: [...failure, ...notes].join('; ') }
    })
    .filter(({ text }) => text !== '')
    .map(({ id, text }) => `- **${id}**: ${text}`)
    .join('\n')
}
