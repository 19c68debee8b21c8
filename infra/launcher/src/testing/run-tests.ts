import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '@chat-battle/runtime/process/command-line'
import { findChromium } from '../chromium.ts'
import { makeFolder } from '../folder.ts'
import { checkTools } from '../prerequisites.ts'
import type { Log } from '../progress.ts'
import { root } from '../root.ts'
import { readLocalSettings } from '../settings.ts'
import { buildWeb, syncWeb } from '../web-build.ts'
import { runFaults, runPlaywright, runVitest, watchVitest, type Counts, type Run } from './runners.ts'
import { startTestServers } from './servers.ts'
import { select, serversOf, suites, type Selection, type Suite } from './suites.ts'

/** Suites that run side by side; each other one needs the machine for itself. */
const groups: readonly (readonly Suite[])[] = [['unit', 'kafka', 'cassandra'], ['browser'], ['faults']]

/** Servers of tests live for minutes: compiling their code to the optimum takes more of the machine than it gives back. */
const testJvmFlags = '-XX:TieredStopAtLevel=1'

interface RunOptions {
  log: Log
  /** Folder of this run for data and reports, deleted at its end. */
  workDir: string
  /** Folder of this run for logs, which stays when a test fails. */
  logDir: string
  /** Whether servers may stay for the next run. */
  mayStay: boolean
  chromium: string | undefined
}

/**
 * Runs the tests that `args` select, by default all, and prints over all of them `N passed, N failed`. Resolves to the exit
 * code. Selected suites leave their servers to the next run, except in CI.
 */
export async function runTests(args: readonly string[], log: Log): Promise<number> {
  const selection = await select(args)
  const needsPage = selection.suites.includes('browser') || selection.suites.includes('faults')
  await checkTools({ java: selection.suites.some((suite) => suite !== 'unit') })
  process.env.JDK_JAVA_OPTIONS ??= testJvmFlags
  await (needsPage ? buildWeb(log) : syncWeb())
  const chromium = needsPage ? await findChromium(log) : undefined
  const logs = join(readLocalSettings(process.env).DATA_DIR, 'test-logs')
  await makeFolder(logs)
  const [workDir, logDir] = [
    await mkdtemp(join(tmpdir(), 'chat-battle-test-')),
    await mkdtemp(join(logs, 'run-')),
  ]
  const mayStay = args.length > 0 && process.env.CI === undefined
  try {
    const total = await runGroups(selection, { log, workDir, logDir, mayStay, chromium })
    if (total.passed + total.failed === 0)
      log(
        `\nno test of ${selection.suites.join(', ')} matches ${selection.name ?? selection.file ?? 'the suite'}`,
      )
    const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
    if (total.failed === 0) await rm(logDir, { recursive: true, force: true })
    log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
    return total.failed > 0 || total.passed === 0 ? 1 : 0
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function runGroups(selection: Selection, options: RunOptions): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const group of groups) {
    const wanted = group.filter((suite) => selection.suites.includes(suite))
    if (wanted.length === 0) continue
    const needed = new Set(wanted.flatMap((suite) => serversOf[suite]))
    await using servers = await startTestServers([...needed], options)
    const names = wanted.join(', ')
    options.log(`\nsuite: ${names}`)
    const counts = await runGroup(wanted, selection, servers.env, options)
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
    if (counts.failed === 0) continue
    const logs = [...servers.logs, ...wanted.flatMap((suite) => logsOf(suite, options.logDir))]
    options.log(`\nlogs of ${names}: ${logs.join(', ') || 'above'}`)
  }
  return total
}

function runGroup(
  wanted: readonly Suite[],
  { file, name }: Selection,
  serverEnv: NodeJS.ProcessEnv,
  { workDir, logDir, chromium }: RunOptions,
): Promise<Counts> {
  const run: Run = { report: join(workDir, `${wanted.join('-')}.json`), logDir, env: serverEnv, file, name }
  if (wanted.includes('faults')) return runFaults({ ...run, env: { CHROMIUM: chromium } })
  if (!wanted.includes('browser')) return runVitest(wanted, run)
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  const env = { CHROMIUM: chromium, E2E_DATA_DIR: workDir, E2E_CACHE_DIR: cacheDir }
  return runPlaywright({ ...run, env })
}

/** Where the runner of a suite keeps the logs of failed tests. */
function logsOf(suite: Suite, logDir: string): string[] {
  if (suite === 'browser') return [join(root, 'e2e', 'test-results')]
  return suite === 'faults' ? [join(logDir, 'faults')] : []
}

/** Runs selected tests again whenever a file that they use changes, until the person ends it. */
export async function watchTests(args: readonly string[], log: Log): Promise<number> {
  const selection = await select(args.length > 0 ? args : ['unit'])
  const watched = selection.suites.filter((suite) => suite !== 'browser' && suite !== 'faults')
  if (watched.length === 0)
    throw new UsageError(
      `only ${suites.slice(0, 3).join(', ')} can be watched, not ${selection.suites.join(', ')}`,
    )
  const needed = new Set(watched.flatMap((suite) => serversOf[suite]))
  await checkTools({ java: needed.size > 0 })
  await syncWeb()
  await using servers = await startTestServers([...needed], { logDir: '', mayStay: true, log })
  if (servers.logs.length > 0) log(`logs of the servers: ${servers.logs.join(', ')}`)
  return watchVitest(watched, { env: servers.env, file: selection.file, name: selection.name })
}
