import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { makeFolder } from './folder.ts'
import { startCassandra, startKafka, together } from './infrastructure.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { checkTools } from './prerequisites.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { root } from './root.ts'
import { RunRecord } from './run-record.ts'
import { readLocalSettings } from './settings.ts'
import type { Supervisor } from './supervisor.ts'
import { buildWeb } from './web-build.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const suites = ['unit', 'infrastructure', 'browser', 'faults'] as const
type Suite = (typeof suites)[number]

/** Runs every suite, or those named; prints over all of them `N passed, N failed`. Gives the exit code. */
export async function runTests(args: readonly string[], log: (line: string) => void): Promise<number> {
  const unknown = args.filter((arg) => !suites.some((suite) => suite === arg))
  if (unknown.length > 0)
    throw new UserError(`no suite ${unknown.join(', ')}: there are ${suites.join(', ')}`)
  const asked = args.length === 0 ? suites : suites.filter((suite) => args.includes(suite))
  await checkTools({ java: asked.some((suite) => suite !== 'unit') })
  await buildWeb(log)
  const chromium = asked.some((suite) => suite === 'browser' || suite === 'faults')
    ? await findChromium(log)
    : undefined

  const dataDir = await mkdtemp(join(tmpdir(), 'chat-battle-test-'))
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  try {
    for (const suite of asked) {
      log(`\nsuite: ${suite}`)
      const counts = await runSuite(suite, dataDir, chromium, log)
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  log(
    `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
  )
  return total.failed > 0 || total.passed === 0 ? 1 : 0
}

async function runSuite(
  suite: Suite,
  dataDir: string,
  chromium: string | undefined,
  log: (line: string) => void,
): Promise<Counts> {
  const report = join(dataDir, `${suite}.json`)
  switch (suite) {
    case 'unit':
      return vitest('unit', report, {})
    case 'infrastructure':
      return withInfrastructure(dataDir, log, (env) => vitest('infrastructure', report, env))
    case 'browser':
      return playwright(report, {
        CHROMIUM: chromium,
        E2E_DATA_DIR: join(dataDir, 'e2e'),
        E2E_CACHE_DIR: join(readLocalSettings(process.env).DATA_DIR, 'cache'),
      })
    case 'faults':
      return faults(report, { CHROMIUM: chromium })
  }
}

async function withInfrastructure(
  dataDir: string,
  log: (line: string) => void,
  run: (env: NodeJS.ProcessEnv) => Promise<Counts>,
): Promise<Counts> {
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  const record = new RunRecord(dataDir)
  await record.claim(log)
  const options = { record, logDir: dataDir, log, dataDir, cacheDir }
  const [kafkaPort, cassandraPort] = [await freePort(), await freePort()]
  await makeFolder(cacheDir)
  log('starting Kafka and Cassandra')
  let servers: readonly Supervisor[] = []
  try {
    servers = await together([startKafka(kafkaPort, options), startCassandra(cassandraPort, options)])
    return await run({
      KAFKA_BROKERS: `127.0.0.1:${kafkaPort}`,
      CASSANDRA_CONTACT_POINTS: `127.0.0.1:${cassandraPort}`,
    })
  } finally {
    await Promise.all(servers.map((server) => server.stop(5000)))
    await record.release()
  }
}

async function vitest(project: string, report: string, env: NodeJS.ProcessEnv): Promise<Counts> {
  const bin = join(root, 'node_modules', '.bin', 'vitest')
  await execute(
    bin,
    ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile=${report}`],
    root,
    env,
  )
  const result = await readReport(report)
  return {
    passed: numberIn(result, 'numPassedTests'),
    // A file that could not even be loaded has failed without a test in it.
    failed: Math.max(numberIn(result, 'numFailedTests'), result.success === true ? 0 : 1),
    skipped: numberIn(result, 'numPendingTests') + numberIn(result, 'numTodoTests'),
  }
}

async function playwright(report: string, env: NodeJS.ProcessEnv): Promise<Counts> {
  const dir = join(root, 'e2e')
  const code = await execute(join(dir, 'node_modules', '.bin', 'playwright'), ['test'], dir, {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  })
  const stats = ((await readReport(report)).stats ?? {}) as Record<string, unknown>
  return {
    passed: numberIn(stats, 'expected') + numberIn(stats, 'flaky'),
    failed: Math.max(numberIn(stats, 'unexpected'), code === 0 ? 0 : 1),
    skipped: numberIn(stats, 'skipped'),
  }
}

/** The faults that have a short form, a row of their table each. */
async function faults(report: string, env: NodeJS.ProcessEnv): Promise<Counts> {
  const args = ['faults/src/main.ts', '--short', '--report', report]
  const code = await execute(process.execPath, args, root, env)
  const result = await readReport(report)
  return {
    passed: numberIn(result, 'passed'),
    failed: Math.max(numberIn(result, 'failed'), code === 0 ? 0 : 1),
    skipped: 0,
  }
}

async function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  const [code] = (await once(child, 'close')) as [number | null]
  process.off('SIGINT', forward)
  process.off('SIGTERM', forward)
  return code ?? 1
}

async function readReport(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

function numberIn(report: Record<string, unknown>, name: string): number {
  const value = report[name]
  return typeof value === 'number' ? value : 0
}
