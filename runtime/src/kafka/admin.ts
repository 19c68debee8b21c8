import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { fetchOffsets } from './topic-offsets.ts'

export type { Admin as KafkaAdmin } from 'kafkajs'

/** Settings of a topic by Kafka's names, such as `cleanup.policy`. */
export type TopicConfig = Readonly<Record<string, string>>

export interface NewTopic {
  name: string
  partitions: number
  replication: number
  config: TopicConfig
}

/** A connected admin client; disposing of it disconnects it. */
export async function connectAdmin(kafka: Kafka): Promise<Admin & AsyncDisposable> {
  const admin = kafka.admin()
  try {
    await admin.connect()
  } catch (error) {
    await admin.disconnect().catch(() => undefined)
    throw error
  }
  return Object.assign(admin, { [Symbol.asyncDispose]: () => admin.disconnect() })
}

/**
 * Creates topics and waits until each partition has a leader. kafkajs 2.2.4 gives up waiting when a broker does not know a new
 * topic yet (`src/admin/index.js`, createTopics), so its `waitForLeaders` is off.
 */
export async function createTopics(admin: Admin, wanted: readonly NewTopic[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: wanted.map(({ name, partitions, replication, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: entries(config),
    })),
  })
  for (const { name } of wanted) await fetchOffsets(admin, name)
}

/** Replaces the settings of existing topics; a setting that is not given gets its default. */
export async function replaceTopicConfigs(
  admin: Admin,
  topics: readonly { name: string; config: TopicConfig }[],
): Promise<void> {
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map(({ name, config }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configEntries: entries(config),
    })),
  })
}

/** The settings of topics, by topic and setting. */
export async function fetchTopicConfigs(
  admin: Admin,
  names: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
}

function entries(config: TopicConfig): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }))
}
