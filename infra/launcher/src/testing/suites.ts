import { glob } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '@chat-battle/runtime/process/command-line'
import { root } from '../root.ts'

export const suites = ['unit', 'kafka', 'cassandra', 'browser', 'faults'] as const
export type Suite = (typeof suites)[number]

/** Servers that a suite needs; the browser tests and the faults start whole systems of their own. */
export const serversOf: Record<Suite, readonly ServerName[]> = {
  unit: [],
  kafka: ['kafka'],
  // Their tests read what the processor wrote from Kafka.
  cassandra: ['kafka', 'cassandra'],
  browser: [],
  faults: [],
}
export type ServerName = 'kafka' | 'cassandra'

/** Which tests to run. */
export interface Selection {
  suites: readonly Suite[]
  /** A part of a test file's path; the file is in `suites`. */
  file?: string
  /** A part of a test's name; of the faults, the numbers of rows. */
  name?: string
}

/** What the arguments `[suite...] [file or name]` select. Throws a `UsageError` where that is no test. */
export async function select(args: readonly string[]): Promise<Selection> {
  const named = suites.filter((suite) => args.includes(suite))
  const [filter, ...others] = args.filter((arg) => !suites.some((suite) => suite === arg))
  if (others.length > 0)
    throw new UsageError(`expected one file or name, got ${[filter, ...others].join(', ')}`)
  if (filter === undefined) return { suites: named.length > 0 ? named : suites }
  if (named.includes('faults')) return { suites: ['faults'], name: rowsOf(filter) }
  const files = (await testFiles()).filter((file) => file.includes(filter))
  const wanted = named.length > 0 ? named : suites
  const found = wanted.filter((suite) => files.some((file) => suiteOf(file) === suite))
  if (found.length > 0) return { suites: found, file: filter }
  if (named.length === 0)
    throw new UsageError(`no suite and no test file ${filter}; the suites are ${suites.join(', ')}`)
  return { suites: named, name: filter }
}

/** The numbers of a fault's rows: as they are given, or those that begin the name of its file. */
function rowsOf(filter: string): string {
  const rows = /^[0-9]+(,[0-9]+)*/.exec(basename(filter))?.[0]
  if (rows === undefined)
    throw new UsageError(`${filter}: expected the numbers of faults, like 1,4, or a fault's file`)
  return rows.split(',').map(Number).join(',')
}

/** A test file's name states what it needs. */
export function suiteOf(file: string): Suite {
  if (file.endsWith('.spec.ts')) return 'browser'
  if (file.endsWith('.kafka.test.ts')) return 'kafka'
  return file.endsWith('.cassandra.test.ts') ? 'cassandra' : 'unit'
}

const skipped = new Set(['node_modules', 'build', '.svelte-kit', '.data', '.git'])

async function testFiles(): Promise<string[]> {
  return Array.fromAsync(
    glob('**/*.{test,spec}.ts', { cwd: root, exclude: (path) => skipped.has(basename(path)) }),
  )
}
