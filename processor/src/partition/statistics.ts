import type { Registry } from 'prom-client'
import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import { statsKey } from '@chat-battle/contracts/records/channel-stats'
import {
  channelStatsTopic,
  chatMessagesTopic,
  openSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { summaryKey } from '@chat-battle/contracts/records/window-summary'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { GroupConsumer } from '@chat-battle/runtime/kafka/group-consumer'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { startOwned } from '@chat-battle/runtime/process/owned'
import { openChangelogTopic } from '../changelog/changelog-topic.ts'
import { AssignedPartitions } from './assigned-partitions.ts'
import { groupTimes } from './group-times.ts'
import { inputPositions } from './input-positions.ts'
import { createStatisticsMetrics } from './metrics.ts'
import { resolveStartOffset } from './resolve-start-offset.ts'

export interface StatisticsDeps {
  kafka: KafkaClient
  settings: KafkaSettings
  logger: Logger
  registry: Registry
  deadLetters: DeadLetters
  /** People who opted out. */
  optOuts: OptedOut
  /** Whether moments are published with what people wrote. */
  keepsTexts: boolean
  /** The group gives this instance's partitions to others after this time without a heartbeat. */
  sessionTimeoutMs: number
  /** The consumer has ended for good; the process must restart. */
  onFatal: (error: Error) => void
}

export interface Statistics extends AsyncDisposable {
  /** Whether the group has answered recently and each of this instance's partitions is processed. */
  isHealthy(): boolean
  /** Whether so much input is unprocessed that other work should wait. */
  isBehind(): boolean
}

/** Frames of one partition do not wait until those of another are acknowledged. */
const maxInFlight = 3

/** Computes the statistics of the input partitions that the group `processor` gives to this instance. */
export function startStatistics(deps: StatisticsDeps): Promise<Statistics> {
  const { kafka, settings, logger, deadLetters, onFatal } = deps
  const topic = prefixed(settings, chatMessagesTopic.name)
  const { trustMs, ...times } = groupTimes(deps.sessionTimeoutMs)
  return startOwned(async (owned) => {
    const consumer: GroupConsumer = new GroupConsumer(
      kafka,
      { groupId: prefixed(settings, 'processor'), topic, logger, maxWaitMs: 100, ...times },
      {
        onAssigned: (assignment) => partitions.assign(assignment),
        onRevoked() {
          partitions.revoke()
          frames.clear()
          summaries.clear()
          metrics.reset()
        },
        onBatch: (batch) => partitions.process(batch),
        onFatal,
      },
    )
    const mayOwn = () => consumer.isMember(trustMs)
    const admin = owned.use(await connectAdmin(kafka))
    const statsTopic = prefixed(settings, channelStatsTopic.name)
    const frames = owned.use(
      await createConflatingProducer(kafka, { topic: statsTopic, logger, maySend: mayOwn, maxInFlight }),
    )
    const summaries = owned.use(
      await createConflatingProducer(kafka, {
        topic: prefixed(settings, openSummariesTopic.name),
        logger,
        maySend: mayOwn,
      }),
    )
    const metrics = createStatisticsMetrics(deps.registry, () => partitions)
    const partitions = new AssignedPartitions({
      logger,
      metrics,
      deadLetters,
      optOuts: deps.optOuts,
      consumer,
      mayOwn,
      openChangelog: (partition, signal) => openChangelogTopic(deps, partition, signal),
      resolveStart: resolveStartOffset(inputPositions(admin, topic), metrics, logger),
      offerFrames: (due) => frames.offerAll(due.map((stats) => [statsKey(stats), JSON.stringify(stats)])),
      offerSummaries: (due) =>
        summaries.offerAll(due.map((summary) => [summaryKey(summary), JSON.stringify(summary)])),
    })
    owned.use(consumer)
    owned.defer(async () => {
      consumer.stopFetching()
      await partitions.stop()
    })
    await consumer.start()
    return {
      isHealthy: () => mayOwn() && consumer.partitions.every((partition) => partitions.isRunning(partition)),
      isBehind: () => partitions.isBehind,
    }
  })
}
