import { cp, writeFile } from 'node:fs/promises'
import { inspect, parseArgs } from 'node:util'
import type { Browser } from '@playwright/test'
import { checkTools } from '@chat-battle/launcher/prerequisites'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { buildWeb } from '@chat-battle/launcher/web-build'
import { launchBrowser } from './clients/browser.ts'
import { startCluster } from './installation/cluster.ts'
import type { Fault, FaultContext } from './harness/define-fault.ts'
import { faults } from './faults/all.ts'
import { table, type Row } from './harness/table.ts'
import { isClean } from './judges/verdict.ts'

const usage = `Makes the faults of docs/reliability.md on a running installation, and holds what it shows against what was sent.

  pnpm test:faults [--short] [--only 1,4] [--seed 7] [--report FILE] [--logs DIR]

--short makes those that have a short form, in it. --logs keeps what the processes have logged.`

const withinMs = 20 * 60_000
const allWithinMs = 90 * 60_000
const shownProblems = 12

const say = (line: string) => console.log(`  ${line}`)

/** The rows of a fault; those of one that is not over in time are late: it still runs, and nothing may follow it. */
async function run(fault: Fault, context: FaultContext): Promise<{ made: Row[]; isLate: boolean }> {
  const failed = (problem: unknown): Row[] =>
    fault.rows.map((row) => ({
      ...row,
      times: 0,
      verdict: { messages: 0, lost: 0, twice: 0, problems: [String(problem)] },
    }))
  const late = Promise.withResolvers<undefined>()
  const deadline = setTimeout(() => late.resolve(undefined), withinMs)
  try {
    const outcomes = await Promise.race([fault.run(context), late.promise])
    if (outcomes === undefined)
      return { made: failed(`not done after ${withinMs / 60_000} minutes`), isLate: true }
    const made = fault.rows.flatMap((row, index) => {
      const outcome = outcomes[index]
      return outcome === undefined ? failed('no outcome') : [{ ...row, ...outcome }]
    })
    return { made, isLate: false }
  } catch (error) {
    say(inspect(error))
    return { made: failed(error), isLate: false }
  } finally {
    clearTimeout(deadline)
  }
}

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '7' },
    report: { type: 'string' },
    logs: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const only = values.only
  .split(',')
  .filter((id) => id.trim() !== '')
  .map(Number)
const chosen = faults.filter(
  ({ rows, hasShortForm }) =>
    (!values.short || hasShortForm) && (only.length === 0 || rows.some(({ id }) => only.includes(id))),
)
let browser: Promise<Browser> | undefined
const rows: Row[] = []
try {
  if (chosen.length === 0) throw new UserError(`no such fault: ${values.only}`)
  await checkTools({ java: true })
  await buildWeb(say)
  const beganMs = performance.now()
  say('starting Kafka and Cassandra')
  await using cluster = await startCluster(say)
  const context: FaultContext = {
    cluster,
    seed: Number(values.seed),
    short: values.short,
    say,
    browser: () => (browser ??= launchBrowser(say)),
  }
  for (const fault of chosen) {
    for (const { id, name } of fault.rows) console.log(`${id}: ${name}`)
    const startedMs = performance.now()
    const { made, isLate } = await run(fault, context)
    say(`done in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
    rows.push(...made)
    for (const line of table(made).split('\n').slice(2)) say(line)
    for (const { verdict } of made)
      for (const problem of verdict.problems.slice(0, shownProblems)) say(`! ${problem}`)
    if (isLate) break
  }
  if (values.logs !== undefined) await cp(cluster.logDir, values.logs, { recursive: true })
  await (await browser)?.close()
  const tookMs = performance.now() - beganMs
  console.log(`\n${table(rows)}\n\nseed ${values.seed}, ${(tookMs / 60_000).toFixed(1)} minutes`)
  if (tookMs > allWithinMs) throw new UserError(`the faults took longer than ${allWithinMs / 60_000} minutes`)
} catch (error) {
  console.error(error instanceof UserError ? error.message : error)
  process.exitCode = 1
}
const failed = rows.filter(({ verdict }) => !isClean(verdict)).length
if (values.report !== undefined) {
  await writeFile(values.report, JSON.stringify({ passed: rows.length - failed, failed, rows }))
}
process.exit(process.exitCode ?? (failed > 0 ? 1 : 0))
