import type { Browser } from '@playwright/test'
import type { Cluster } from '../installation/cluster.ts'
import type { Verdict } from '../judges/verdict.ts'

export interface FaultContext {
  cluster: Cluster
  seed: number
  /** A form that takes some seconds, for every run of the tests. */
  short: boolean
  say: (line: string) => void
  browser: () => Promise<Browser>
}

export interface Outcome {
  /** How often the fault was made. */
  times: number
  verdict: Pick<Verdict, 'messages' | 'lost' | 'twice' | 'problems'>
  /** The longest that it took from the fault until everything shown was right and fresh; undefined where nothing ever was not. */
  recoveredInS?: number
  /** What else was measured. */
  notes?: string[]
}

export interface Fault {
  /** The rows of the table that it makes, numbered as in `docs/reliability.md`. */
  rows: readonly { id: number; name: string }[]
  hasShortForm: boolean
  run(context: FaultContext): Promise<Outcome[]>
}
