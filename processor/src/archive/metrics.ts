import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchiveDeps } from './archive-topic.ts'

/** The archive's metrics, each by table. */
export function createArchiveMetrics(registry: Registry): (table: string) => ArchiveDeps['metrics'] {
  const labelled = (name: string, help: string) => ({
    name,
    help,
    labelNames: ['table'],
    registers: [registry],
  })
  const written = new Counter(labelled('archive_rows_written_total', 'Rows acknowledged by Cassandra'))
  const retried = new Counter(
    labelled('archive_write_retries_total', 'Writes that failed and were tried again'),
  )
  const refused = new Counter(
    labelled('archive_rows_refused_total', 'Rows that Cassandra refused and that were passed over'),
  )
  const inFlight = new Gauge(labelled('archive_writes_in_flight', 'Writes not yet acknowledged'))
  const lag = new Gauge({
    name: 'archive_lag_records',
    help: 'Records not yet archived',
    labelNames: ['table', 'partition'],
    registers: [registry],
  })
  return (table) => {
    // A counter that is not there before its first event has no increase with it.
    for (const counter of [written, retried, refused]) counter.inc({ table }, 0)
    return {
      written: () => written.inc({ table }),
      retried: () => retried.inc({ table }),
      refused: () => refused.inc({ table }),
      inFlight: (change) => inFlight.inc({ table }, change),
      lag: (partition, records) => lag.set({ table, partition }, records),
    }
  }
}
