import { cp, writeFile } from 'node:fs/promises'
import type { Browser } from '@playwright/test'
import { checkTools } from '@chat-battle/launcher/prerequisites'
import { buildWeb } from '@chat-battle/launcher/web-build'
import { positiveNumber, runCommand, UserError } from '@chat-battle/runtime/process/command-line'
import { launchBrowser } from './clients/browser.ts'
import { faults } from './faults/all.ts'
import type { Fault } from './harness/fault.ts'
import { runFaults } from './harness/run-faults.ts'
import { formatNotes, formatTable, type ReportedRow } from './harness/table.ts'
import { startCluster } from './installation/cluster.ts'
import { isClean } from './judges/verdict.ts'

const usage = `Makes the faults of docs/reliability.md on a running installation, and compares what it shows with what was sent.

  pnpm test:faults [--short] [--only 1,4] [--part 1/2] [--seed 7] [--report FILE] [--logs DIR]

  --short   only the faults that have a short form, in that form
  --only    only the faults with these numbers
  --part    of the chosen faults, the first of every two, or the second with 2/2
  --report  writes the rows and counts as JSON
  --logs    keeps the logs of every process`

const allWithinMs = 90 * 60_000

const log = (line: string) => console.log(`  ${line}`)

interface RunOptions {
  isShort: boolean
  seed: number
  logsTo: string | undefined
}

function choose(isShort: boolean, only: string, part: string): Fault[] {
  const ids = only
    .split(',')
    .filter((id) => id.trim() !== '')
    .map(Number)
  const named = faults.filter(({ rows }) => ids.length === 0 || rows.some(({ id }) => ids.includes(id)))
  if (named.length === 0) throw new UserError(`no fault matches --only ${only}: see docs/reliability.md`)
  const chosen = named.filter(({ hasShortForm }) => !isShort || hasShortForm)
  if (chosen.length === 0)
    throw new UserError(`--only ${only} has no short form: leave --short out to make its long form`)
  const [, number, of] = /^([1-9])\/([1-9])$/.exec(part) ?? []
  if (Number(number) <= Number(of))
    return chosen.filter((_, index) => index % Number(of) === Number(number) - 1)
  throw new UserError(`--part ${part}: expected the number of a part and how many there are, like 1/2`)
}

async function runChosen(chosen: readonly Fault[], options: RunOptions, rows: ReportedRow[]): Promise<void> {
  await checkTools({ java: true })
  await buildWeb(log)
  const startedMs = performance.now()
  log('starting Kafka and Cassandra')
  await using cluster = await startCluster(log)
  let browser: Promise<Browser> | undefined
  const context = {
    cluster,
    seed: options.seed,
    isShort: options.isShort,
    log,
    browser: () => (browser ??= launchBrowser(log)),
  }
  await runFaults(chosen, context, (made) => rows.push(...made))
  if (options.logsTo !== undefined) await cp(cluster.logDir, options.logsTo, { recursive: true })
  await (await browser)?.close()
  const tookMs = performance.now() - startedMs
  console.log(`\n${formatTable(rows)}\n\n${formatNotes(rows)}`)
  console.log(`\nseed ${options.seed}, ${(tookMs / 60_000).toFixed(1)} minutes`)
  if (tookMs > allWithinMs) throw new UserError(`the faults took longer than ${allWithinMs / 60_000} minutes`)
}

const options = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  part: { type: 'string', default: '1/1' },
  seed: { type: 'string', default: '7' },
  report: { type: 'string' },
  logs: { type: 'string' },
} as const

await runCommand({ usage, options }, async ({ values }) => {
  const rows: ReportedRow[] = []
  const failed = () => rows.filter(({ verdict }) => !isClean(verdict)).length
  try {
    const chosen = choose(values.short, values.only, values.part)
    const seed = positiveNumber('seed', values.seed)
    await runChosen(chosen, { isShort: values.short, seed, logsTo: values.logs }, rows)
  } finally {
    if (values.report !== undefined) {
      const report = { passed: rows.length - failed(), failed: failed(), rows }
      await writeFile(values.report, JSON.stringify(report))
    }
  }
  return failed() > 0 ? 1 : 0
})
