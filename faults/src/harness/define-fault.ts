import type { Cluster } from '../installation/cluster.ts'
import type { Installation } from '../installation/installation.ts'
import type { Traffic } from '../load/traffic.ts'
import type { Watcher } from '../clients/watcher.ts'
import type { Verdict } from '../judges/verdict.ts'
import type { Fault, FaultContext, FaultRow, Outcome } from './fault.ts'
import { runFault } from './run-fault.ts'

/** The chat that runs while a fault is made, and what is judged when it has stopped. */
export interface Load {
  /** Names the installation's topics and tables: each fault has its own. */
  name: string
  channels: readonly string[]
  /** Over all channels. */
  linesPerSecond: number
  env?: NodeJS.ProcessEnv
  /** How far Twitch's time is ahead of the installation's clock, in ms; 0 by default. */
  twitchAheadMs?: number
  /** Whether the fault keeps ingest from receiving or writing. Otherwise every reported gap is a problem. */
  hasGaps?: boolean
  /** Whether the archive is judged, and in which row of the table; not judged by default. */
  archive?: 'same row' | 'own row'
  /** Whether a page stays open, which must show the exact count in the end. Not together with `hasGaps`. */
  hasPage?: boolean
}

/** A running installation under load. `prepared` is what the fault's `prepare` returned. */
export interface FaultRun<P = unknown> extends FaultContext {
  installation: Installation
  traffic: Traffic
  /** Watches every channel, up to the number that one socket may watch. */
  watcher: Watcher
  prepared: P
}

/** What `make` measured. */
export interface Measured extends Omit<Outcome, 'verdict'> {
  problems?: string[]
  /** How often the fault ended each process that its supervisor started again. Any other death is a problem. */
  expectedDeaths?: Readonly<Record<string, number>>
}

export interface FaultDefinition<M extends Measured, P> extends FaultRow {
  /** The row that reports the archive's verdict, with `archive: 'own row'`. */
  archiveRow?: FaultRow
  hasShortForm?: boolean
  /** Runs before the installation starts. The resources live until the verdict. */
  prepare?: (context: FaultContext, resources: AsyncDisposableStack) => Promise<P>
  /** The cluster to install on, where the fault prepared one of its own. */
  cluster?: (prepared: P) => Cluster
  load: Load | ((run: Pick<FaultRun<P>, 'isShort' | 'prepared'>) => Load)
  /** Makes the fault while chat goes on. */
  make: (run: FaultRun<P>) => Promise<M>
  /** Reports what does not hold when everything has settled, beyond what the verdict holds for every fault. */
  expect?: (run: FaultRun<P>, verdict: Verdict, measured: M) => Promise<string[]> | string[]
}

/** Defines a fault by its load, how it is made, and what must hold. */
export function defineFault<M extends Measured, P = undefined>(definition: FaultDefinition<M, P>): Fault {
  const { id, name, archiveRow, hasShortForm = false } = definition
  return {
    rows: [{ id, name }, ...(archiveRow === undefined ? [] : [archiveRow])],
    hasShortForm,
    run: (context) => runFault(definition, context),
  }
}
