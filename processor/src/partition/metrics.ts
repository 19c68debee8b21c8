import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { observedGauge } from '@chat-battle/runtime/process/metrics'

export type StatisticsMetrics = ReturnType<typeof createStatisticsMetrics>

/** `observed` is asked whenever the metrics are read. */
export function createStatisticsMetrics(
  registry: Registry,
  observed: { partitions: () => number; channels: () => number },
) {
  const registers = [registry]
  observedGauge(registry, 'processor_partitions', 'Partitions owned and restored', observed.partitions)
  observedGauge(registry, 'processor_channels', 'Channels with an open window', observed.channels)
  return {
    events: new Counter({
      name: 'processor_events_total',
      help: 'Chat events applied to the statistics, by type and by what became of them',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    expired: new Counter({
      name: 'processor_expired_records_total',
      help: 'Records that the input had deleted before they were read',
      registers,
    }),
    truncations: new Counter({
      name: 'processor_input_cuts_total',
      help: 'Times that the input ended before what had been read of it',
      registers,
    }),
    takeovers: new Counter({
      name: 'processor_takeovers_total',
      help: 'Partitions taken over, by how it ended',
      labelNames: ['result'],
      registers,
    }),
    lag: new Gauge({
      name: 'processor_input_lag_records',
      help: 'Records of the input not yet applied',
      labelNames: ['partition'],
      registers,
    }),
    skew: new Gauge({
      name: 'processor_clock_skew_seconds',
      help: "How far the broker's clock is behind Twitch's, where that is too far for its events to be believed otherwise",
      labelNames: ['partition'],
      registers,
    }),
    flushSeconds: new Histogram({
      name: 'processor_flush_seconds',
      help: 'Time to write the state of a partition in one transaction',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    restoreSeconds: new Histogram({
      name: 'processor_restore_seconds',
      help: 'Time to take a partition over, from the assignment to its first fetch',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  }
}
