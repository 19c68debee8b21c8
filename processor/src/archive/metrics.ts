import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchiveDeps } from './archive-topic.ts'

/** Metrics of the archive, by table. */
export function createArchiveMetrics(registry: Registry, tables: readonly string[]): ArchiveDeps['metrics'] {
  const labelled = (name: string, help: string) => ({
    name,
    help,
    labelNames: ['table'],
    registers: [registry],
  })
  const written = new Counter(labelled('archive_rows_written_total', 'Rows acknowledged by Cassandra'))
  const retried = new Counter(
    labelled('archive_retries_total', 'Requests to Cassandra that failed and were repeated'),
  )
  const refused = new Counter(
    labelled('archive_rows_refused_total', 'Rows that Cassandra refused; they are dead letters'),
  )
  const inFlight = new Gauge(
    labelled('archive_writes_in_flight', 'Writes that Cassandra has not acknowledged yet'),
  )
  const removed = new Counter({
    name: 'archive_messages_removed_total',
    help: 'Archived messages whose text was removed because they were moderated',
    registers: [registry],
  })
  const lag = new Gauge({
    name: 'archive_lag_records',
    help: 'Records that are not archived yet',
    labelNames: ['table', 'partition'],
    registers: [registry],
  })
  // Starts at 0; otherwise Prometheus `increase()` misses the first event.
  for (const table of tables) for (const counter of [written, retried, refused]) counter.inc({ table }, 0)
  return {
    written: (table) => written.inc({ table }),
    retried: (table) => retried.inc({ table }),
    refused: (table) => refused.inc({ table }),
    inFlight: (table, change) => inFlight.inc({ table }, change),
    removed: (messages) => removed.inc(messages),
    lag: (table, partition, records) => lag.set({ table, partition }, records),
  }
}
