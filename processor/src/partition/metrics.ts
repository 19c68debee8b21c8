import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { observedGauge } from '@chat-battle/runtime/process/metrics'
import type { Settled } from '@chat-battle/statistics/partition'
import { partitionStates, type PartitionStateName } from './assigned-partition.ts'

export type StatisticsMetrics = ReturnType<typeof createStatisticsMetrics>

/** What the gauges show, read at each scrape. */
export interface ObservedPartitions {
  readonly states: ReadonlyMap<number, PartitionStateName>
  readonly running: number
  readonly channels: number
}

export function createStatisticsMetrics(registry: Registry, observed: () => ObservedPartitions) {
  observePartitions(registry, observed)
  const metrics = { ...createCounters(registry), ...createGauges(registry), ...createTimers(registry) }
  const eventsBy = new Map<string, Counter.Internal>()
  return {
    ...metrics,
    /** Counts an event that was applied. prom-client 15.1.3 hashes labels at each `inc`, so their series are kept (`util.js`). */
    countEvent({ type, outcome }: Settled): void {
      const labels = `${type} ${outcome}`
      const series = eventsBy.get(labels) ?? metrics.events.labels(type, outcome)
      eventsBy.set(labels, series)
      series.inc()
    },
    /** Counts moments that were written. */
    countMoments(records: readonly MomentRecord[]): void {
      for (const { end } of records) metrics.momentRecords.inc({ state: end === null ? 'lasting' : 'ended' })
    },
    /** Drops the series of partitions that are no longer assigned. */
    reset() {
      metrics.lag.reset()
      metrics.skew.reset()
    },
  }
}

function observePartitions(registry: Registry, observed: () => ObservedPartitions): void {
  observedGauge(registry, 'processor_partitions', 'Partitions owned and restored', () => observed().running)
  observedGauge(registry, 'processor_channels', 'Channels with an open window', () => observed().channels)
  new Gauge({
    name: 'processor_partition_state',
    help: `1 for the state of each assigned partition: ${partitionStates.join(', ')}`,
    labelNames: ['partition', 'state'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [partition, state] of observed().states) this.set({ partition, state }, 1)
    },
  })
}

function createCounters(registry: Registry) {
  const registers = [registry]
  return {
    events: new Counter({
      name: 'processor_events_total',
      help: 'Chat events applied to the statistics, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    expired: new Counter({
      name: 'processor_expired_records_total',
      help: 'Input records that Kafka deleted before they were read',
      registers,
    }),
    truncations: new Counter({
      name: 'processor_input_truncations_total',
      help: 'Times that the input ended before the last processed record',
      registers,
    }),
    momentRecords: new Counter({
      name: 'processor_moment_records_total',
      help: 'Records written to channel-moments, by whether the moment had ended: a moment has several',
      labelNames: ['state'],
      registers,
    }),
    takeovers: new Counter({
      name: 'processor_takeovers_total',
      help: 'Partition takeovers, by result',
      labelNames: ['result'],
      registers,
    }),
  }
}

function createGauges(registry: Registry) {
  const registers = [registry]
  return {
    lag: new Gauge({
      name: 'processor_input_lag_records',
      help: 'Input records that are not processed yet',
      labelNames: ['partition'],
      registers,
    }),
    skew: new Gauge({
      name: 'processor_clock_skew_seconds',
      help: "How far the broker's clock is behind Twitch's; 0 while event times are believed without a correction",
      labelNames: ['partition'],
      registers,
    }),
  }
}

function createTimers(registry: Registry) {
  const registers = [registry]
  return {
    flushSeconds: new Histogram({
      name: 'processor_flush_seconds',
      help: 'Time to write the state of a partition in one transaction',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    restoreSeconds: new Histogram({
      name: 'processor_restore_seconds',
      help: 'Time to take a partition over, from its assignment to its first fetch',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  }
}
