import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchiveDeps } from './archive-topic.ts'

/** Metrics of the archive, by table. */
export function createArchiveMetrics(registry: Registry): (table: string) => ArchiveDeps['metrics'] {
  const labelled = (name: string, help: string) => ({
    name,
    help,
    labelNames: ['table'],
    registers: [registry],
  })
  const written = new Counter(labelled('archive_rows_written_total', 'Rows acknowledged by Cassandra'))
  const retried = new Counter(labelled('archive_write_retries_total', 'Writes that failed and were retried'))
  const refused = new Counter(
    labelled('archive_rows_refused_total', 'Rows that Cassandra refused; they are dead letters'),
  )
  const inFlight = new Gauge(
    labelled('archive_writes_in_flight', 'Writes that Cassandra has not acknowledged yet'),
  )
  const lag = new Gauge({
    name: 'archive_lag_records',
    help: 'Records that are not archived yet',
    labelNames: ['table', 'partition'],
    registers: [registry],
  })
  return (table) => {
    // Starts at 0; otherwise Prometheus `increase()` misses the first event.
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
