import { inspect } from 'node:util'
import type { Fault, FaultContext } from './fault.ts'
import { formatNotes, formatTable, type ReportedRow } from './table.ts'

const faultWithinMs = 20 * 60_000
const shownProblems = 12

/** Makes faults one after the other; `onRows` gets the rows of each as soon as they are known. */
export async function runFaults(
  faults: readonly Fault[],
  context: FaultContext,
  onRows: (rows: readonly ReportedRow[]) => void,
): Promise<void> {
  for (const fault of faults) {
    for (const { id, name } of fault.rows) console.log(`${id}: ${name}`)
    const startedMs = performance.now()
    const { rows, isLate } = await runWithDeadline(fault, context)
    context.log(`done in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
    onRows(rows)
    const [, , ...lines] = formatTable(rows).split('\n')
    for (const line of [...lines, formatNotes(rows)].filter((text) => text !== '')) context.log(line)
    for (const { verdict } of rows)
      for (const problem of verdict.problems.slice(0, shownProblems)) context.log(`! ${problem}`)
    // A late fault still runs, so no other may follow it.
    if (isLate) return
  }
}

async function runWithDeadline(
  fault: Fault,
  context: FaultContext,
): Promise<{ rows: ReportedRow[]; isLate: boolean }> {
  const late = Promise.withResolvers<undefined>()
  const deadline = setTimeout(() => late.resolve(undefined), faultWithinMs)
  try {
    const outcomes = await Promise.race([fault.run(context), late.promise])
    if (outcomes === undefined) {
      const problem = `not done after ${faultWithinMs / 60_000} minutes`
      return { rows: fault.rows.map((row) => failedRow(row, problem)), isLate: true }
    }
    const rows = fault.rows.map((row, index) => {
      const outcome = outcomes[index]
      return outcome === undefined ? failedRow(row, 'no outcome') : { ...row, ...outcome }
    })
    return { rows, isLate: false }
  } catch (error) {
    context.log(inspect(error))
    return { rows: fault.rows.map((row) => failedRow(row, String(error))), isLate: false }
  } finally {
    clearTimeout(deadline)
  }
}

function failedRow(row: Fault['rows'][number], problem: string): ReportedRow {
  return { ...row, times: 0, verdict: { messages: 0, lost: 0, twice: 0, problems: [problem] } }
}
