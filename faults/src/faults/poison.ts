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
} from '@chat-battle/contracts/topics'
import { until } from '@chat-battle/infra/testing'
import { createProducer, prefixed } from '@chat-battle/service/kafka'
import type { Fault } from '../fault.ts'
import type { Installation } from '../installation.ts'
import { readAll } from '../topics.ts'
import { underLoad } from '../under-load.ts'

const channels = ['poisoned_a', 'poisoned_b', 'poisoned_c']

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
]

async function writePoison({ kafka, settings }: Installation): Promise<number> {
  const producer = createProducer(kafka)
  await producer.connect()
  let written = 0
  for (const { topic, values } of otherSchemas) {
    const messages = [...garbage, ...values].map((value, index) => ({
      key: `poison_${index}`,
      value,
      partition: index % topic.partitions,
    }))
    await producer.send({ topic: prefixed(settings, topic.name), messages })
    written += messages.length
  }
  // State that cannot be read is found by the next owner, who builds it anew from the input.
  const state = prefixed(settings, processorStateTopic.name)
  for (let partition = 0; partition < processorStateTopic.partitions; partition++) {
    const messages = ['checkpoint', '1:2:seen:0', 'no key of ours'].map((key) => ({
      key,
      value: 'garbage',
      partition,
    }))
    await producer.send({ topic: state, messages })
  }
  await producer.disconnect()
  return written
}

export const poison: Fault = {
  rows: [{ id: 11, name: 'poison records and other schemas on every topic' }],
  hasShortForm: true,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-11', channels, linesPerSecond: 200, archive: 'same row' },
      async ({ installation, watcher }) => {
        const written = await writePoison(installation)
        await watcher.recovered(Date.now())
        const killedAtMs = Date.now()
        process.kill(installation.process('processor').pid ?? 0, 'SIGKILL')
        const recoveredInS = await watcher.recovered(killedAtMs)
        await delay(context.short ? 0 : 10_000)
        const kept = new Set<string>()
        const isKept = async () => {
          await readAll(installation, poisonRecordsTopic, ({ key, value }) => {
            if (poisonRecord.safeParse(z.json().parse(JSON.parse(String(value)))).success) kept.add(key)
          })
          return kept.size >= written
        }
        const problems: string[] = []
        await until(isKept, 'every poison record is kept').catch(() =>
          problems.push(`${kept.size} are kept of ${written}`),
        )
        const counted = await Promise.all(
          ['ingest', 'processor', 'gateway'].map((name) => installation.metric(name, 'poison_records_total')),
        )
        if (counted.some((count) => count === 0)) problems.push(`counted are ${counted.join(', ')}`)
        return { times: written, recoveredInS, notes: [`${kept.size} kept for inspection`], problems }
      },
    )
  },
}
