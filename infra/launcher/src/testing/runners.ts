import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../root.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** What a runner needs to know of a run. */
export interface Run {
  /** Where it writes its report, as JSON. */
  report: string
  /** Where logs of what it starts are kept. */
  logDir: string
  env: NodeJS.ProcessEnv
  file?: string | undefined
  name?: string | undefined
}

export async function runVitest(
  projects: readonly string[],
  { report, env, file, name }: Run,
): Promise<Counts> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`]
  const flags = projects.flatMap((project) => ['--project', project])
  await execute(vitestBin, ['run', ...flags, ...reporters, ...vitestFilter({ file, name })], { env })
  const result = await readReport(report)
  return {
    passed: numberIn(result, 'numPassedTests'),
    // A file that could not be loaded fails without a test in it.
    failed: Math.max(numberIn(result, 'numFailedTests'), result.success === true ? 0 : 1),
    // Tests that a name leaves out are not of this run.
    skipped: name === undefined ? numberIn(result, 'numPendingTests') + numberIn(result, 'numTodoTests') : 0,
  }
}

/** Runs tests again whenever a file that they use changes; resolves to the exit code at the person's end of it. */
export function watchVitest(
  projects: readonly string[],
  { env, file, name }: Pick<Run, 'env' | 'file' | 'name'>,
): Promise<number> {
  const flags = projects.flatMap((project) => ['--project', project])
  return execute(vitestBin, ['watch', ...flags, ...vitestFilter({ file, name })], { env, stdin: 'inherit' })
}

export async function runPlaywright({ report, env, file, name }: Run): Promise<Counts> {
  const dir = join(root, 'e2e')
  const filter = [...(file === undefined ? [] : [file]), ...(name === undefined ? [] : ['--grep', name])]
  const code = await execute(join(dir, 'node_modules', '.bin', 'playwright'), ['test', ...filter], {
    cwd: dir,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  const stats = ((await readReport(report)).stats ?? {}) as Record<string, unknown>
  return {
    passed: numberIn(stats, 'expected') + numberIn(stats, 'flaky'),
    failed: Math.max(numberIn(stats, 'unexpected'), code === 0 ? 0 : 1),
    skipped: numberIn(stats, 'skipped'),
  }
}

/** Faults mostly wait: two runs side by side, each with servers of its own, take little longer than the longer of both. */
const faultParts = 2

/** Runs the faults that have a short form; counts the rows of their tables. */
export async function runFaults(run: Run): Promise<Counts> {
  if (run.name !== undefined) return runFaultsOf(run, ['--only', run.name])
  const parts = Array.from({ length: faultParts }, (_, index) => `${index + 1}/${faultParts}`)
  const counts = await Promise.all(parts.map((part) => runFaultsOf(run, ['--part', part], part)))
  const sum = (key: keyof Counts) => counts.reduce((total, each) => total + each[key], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: 0 }
}

async function runFaultsOf(
  { report, logDir, env }: Run,
  choice: readonly string[],
  prefix = '',
): Promise<Counts> {
  const name = prefix.replace('/', '-of-')
  const [ownReport, logs] = [`${report}${name}`, join(logDir, 'faults', name)]
  const args = ['faults/src/main.ts', '--short', '--report', ownReport, '--logs', logs, ...choice]
  const code = await execute(process.execPath, args, { env, prefix })
  const result = await readReport(ownReport)
  return {
    passed: numberIn(result, 'passed'),
    failed: Math.max(numberIn(result, 'failed'), code === 0 ? 0 : 1),
    skipped: 0,
  }
}

const vitestBin = join(root, 'node_modules', '.bin', 'vitest')

function vitestFilter({ file, name }: Pick<Run, 'file' | 'name'>): string[] {
  return [...(file === undefined ? [] : [file]), ...(name === undefined ? [] : ['--testNamePattern', name])]
}

interface ExecuteOptions {
  cwd?: string
  env: NodeJS.ProcessEnv
  stdin?: 'ignore' | 'inherit'
  /** Begins each line of its output. */
  prefix?: string
}

async function execute(
  command: string,
  args: readonly string[],
  { cwd = root, env, stdin = 'ignore', prefix = '' }: ExecuteOptions,
): Promise<number> {
  const child = spawn(command, args, {
    cwd,
    stdio: [stdin, prefix === '' ? 'inherit' : 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (child.stdout !== null)
    createInterface(child.stdout).on('line', (line) => console.log(`${prefix} | ${line}`))
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
