import type { Browser } from '@playwright/test'
import type { Cluster } from '../installation/cluster.ts'
import type { Verdict } from '../judges/verdict.ts'

/** What the runner gives to every fault. */
export interface FaultContext {
  cluster: Cluster
  seed: number
  /** Whether to make the short form, which takes some seconds and is a part of every test run. */
  isShort: boolean
  log: (line: string) => void
  browser: () => Promise<Browser>
}

/** A row of the fault table, numbered as in `docs/reliability.md`. */
export interface FaultRow {
  id: number
  name: string
}

export interface Outcome {
  /** How often the fault was made. */
  times: number
  verdict: Pick<Verdict, 'messages' | 'lost' | 'twice' | 'problems'>
  /** The longest time from a fault until everything shown was right and fresh; absent where nothing was ever stale. */
  recoveredInS?: number
  /** Other measurements, for the last column of the table. */
  notes?: string[]
}

export interface Fault {
  /** One row per outcome of `run`. */
  rows: readonly FaultRow[]
  hasShortForm: boolean
  run(context: FaultContext): Promise<Outcome[]>
}
