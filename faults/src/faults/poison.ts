import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { poisonRecord } from '@chat-battle/contracts/poison-record'
import {
  channelStatsTopic,
  channelStatusTopic,
  chatMessagesTopic,
  monitoredChannelsTopic,
  poisonRecordsTopic,
  processorStateTopic,
  type Topic,
} from '@chat-battle/contracts/topics'
import { until } from '@chat-battle/infra/testing'
import { derivedRoomId } from '@chat-battle/infra/twitch/protocol'
import { createProducer, prefixed } from '@chat-battle/service/kafka'
import type { Fault } from '../fault.ts'
import type { Installation } from '../installation.ts'
import { readAll } from '../topics.ts'
import { underLoad } from '../under-load.ts'

/** One in each partition of the input. */
const channels = ['poisoned_a', 'poisoned_b', 'poisoned_c']
const readers = ['ingest', 'processor', 'gateway'] as const

/** What nobody can understand, wherever it is. */
const garbage = [
  '',
  'garbage',
  '\u0000\u0001',
  'null',
  '[]',
  '{}',
  '{"v":99}',
  JSON.stringify('x'.repeat(300_000)),
  '['.repeat(20_000),
]
/** Of the future and of the past: fields that are missing, of another type, or of a kind that nobody knows yet. */
const otherSchemas = [
  {
    topic: chatMessagesTopic,
    values: [
      '{"type":"hologram","channel_id":"1","channel_login":"a"}',
      '{"type":"message","channel":"a","text":"of the past"}',
    ],
  },
  { topic: channelStatsTopic, values: ['{"channel_id":"1","window_start":"2030-01-01"}'] },
  { topic: channelStatusTopic, values: ['{"channel_login":"a","state":"asleep"}'] },
  { topic: monitoredChannelsTopic, values: ['{"ttl":"1h"}', '{"ttl_ms":-1}'] },
  { topic: poisonRecordsTopic, values: ['{"topic":"a","offset":1}'] },
]
/** By partition: keys of nobody's, which harm nothing; the checkpoint; its channel. Without those a state is built anew. */
const stateKeys = [
  ['1:2:seen:0', 'no key of ours'],
  ['checkpoint'],
  channels.slice(2).map((login) => derivedRoomId(login)),
]

type Batch = { topic: Topic; messages: { key: string; value: string; partition: number }[] }

const onTopics = otherSchemas.map(({ topic, values }): Batch => {
  const messages = [...garbage, ...values].map((value, index) => ({
    key: `poison_${index}`,
    value,
    partition: index % topic.partitions,
  }))
  return { topic, messages }
})
const inState: Batch = {
  topic: processorStateTopic,
  messages: stateKeys.flatMap((keys, partition) => keys.map((key) => ({ key, value: 'garbage', partition }))),
}

async function write({ kafka, settings }: Installation, batches: readonly Batch[]): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  for (const { topic, messages } of batches)
    await producer.send({ topic: prefixed(settings, topic.name), messages })
  await producer.disconnect()
}

/** How many records of each topic an operator is shown to be kept for inspection. */
async function keptByTopic({ settings, ...installation }: Installation): Promise<Map<string, number>> {
  const response = await fetch(`${installation.url('gateway')}/operator/poison-records`)
  const { poison_records } = z.object({ poison_records: z.array(poisonRecord) }).parse(await response.json())
  const kept = poison_records.map(({ topic }) => topic.slice(settings.KAFKA_PREFIX.length))
  return new Map([...Map.groupBy(kept, (topic) => topic)].map(([topic, { length }]) => [topic, length]))
}

/** How many records of a topic are counted as poison, by the reader that counts the most. */
async function counted(installation: Installation, topic: Topic): Promise<number> {
  const labels = { topic: prefixed(installation.settings, topic.name) }
  const counts = readers.map((name) => installation.metric(name, 'poison_records_total', labels))
  return Math.max(...(await Promise.all(counts)))
}

async function isStateWritten(installation: Installation): Promise<boolean> {
  const partitions = new Set<number>()
  await readAll(installation, processorStateTopic, ({ key, partition }) => {
    if (key === 'checkpoint') partitions.add(partition)
  })
  return partitions.size === processorStateTopic.partitions
}

export const poison: Fault = {
  rows: [{ id: 11, name: 'poison records and other schemas on every topic' }],
  hasShortForm: true,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-11', channels, linesPerSecond: 200, archive: 'same row' },
      async ({ installation, watcher }) => {
        const problems: string[] = []
        await write(installation, onTopics)
        await watcher.recovered(Date.now())
        for (const { topic, messages } of onTopics) {
          // Read when an operator asks only, which is then.
          if (topic === poisonRecordsTopic) await keptByTopic(installation)
          await until(
            async () => (await counted(installation, topic)) >= messages.length,
            `all are counted that are on ${topic.name}`,
          )
        }
        await until(() => isStateWritten(installation), 'every partition has a state')
        const killedAtMs = Date.now()
        const processor = installation.process('processor')
        await processor.kill()
        // State is read by the next owner only, and the one before would have written it again.
        await write(installation, [inState])
        await processor.start()
        const recoveredInS = await watcher.recovered(killedAtMs)
        const labels = { result: 'rebuilt' }
        const rebuilt = await installation.metric('processor', 'processor_takeovers_total', labels)
        if (rebuilt !== 2) problems.push(`${rebuilt} states were rebuilt, where 2 are unreadable`)
        await delay(context.short ? 0 : 10_000)
        let kept = new Map<string, number>()
        const missing = () =>
          [...onTopics, inState].filter(
            ({ topic, messages }) => (kept.get(topic.name) ?? 0) < messages.length,
          )
        const isKept = async () => {
          kept = await keptByTopic(installation)
          return missing().length === 0
        }
        await until(isKept, 'every poison record is kept').catch(() => undefined)
        for (const { topic, messages } of missing())
          problems.push(`${topic.name}: ${kept.get(topic.name) ?? 0} are kept of ${messages.length}`)
        const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
        return {
          times: sum([...onTopics, inState].map(({ messages }) => messages.length)),
          recoveredInS,
          notes: [`${sum([...kept.values()])} kept for inspection; ${rebuilt} states rebuilt`],
          problems,
        }
      },
    )
  },
}
