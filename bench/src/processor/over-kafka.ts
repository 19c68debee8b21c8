import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { setTimeout as delay } from 'node:timers/promises'
import { chatMessagesTopic, processorStateTopic } from '@chat-battle/contracts/records/topics'
import { startStatistics } from '@chat-battle/processor/partition/statistics'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { testInstallation } from '@chat-battle/testkit/testing'
import { cpuUs, parseAll } from './cpu.ts'

/** A partition keeps at most 5000 channels open. */
const partitionCount = 6
const recordsPerRequest = 1000

type Installation = Awaited<ReturnType<typeof testInstallation>>

/** The CPU time per message, µs, of a bare consumer with JSON.parse and of the processor, from one topic. */
export async function measureOverKafka(
  records: readonly { key: string; value: Buffer }[],
  rounds: number,
): Promise<{ bareUs: number; processorUs: number }[]> {
  await using installation = await testInstallation()
  await fill(installation, records)
  const measured: { bareUs: number; processorUs: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const bareUs = await measureBare(installation, records.length)
    await using fresh = await testInstallation()
    await fill(fresh, records)
    measured.push({ bareUs, processorUs: await measureProcessor(fresh, records.length) })
  }
  return measured
}

async function fill({ kafka, settings }: Installation, records: readonly { key: string; value: Buffer }[]) {
  const topic = prefixed(settings, chatMessagesTopic.name)
  const admin = await connectAdmin(kafka)
  for (const name of [topic, prefixed(settings, processorStateTopic.name)])
    await admin.createPartitions({ topicPartitions: [{ topic: name, count: partitionCount }] })
  await admin[Symbol.asyncDispose]()
  const producer = createProducer(kafka)
  await producer.connect()
  for (let from = 0; from < records.length; from += recordsPerRequest)
    await producer.send({ topic, messages: records.slice(from, from + recordsPerRequest) })
  await producer.disconnect()
}

async function measureBare({ kafka, settings }: Installation, messages: number): Promise<number> {
  const topic = prefixed(settings, chatMessagesTopic.name)
  const consumer = kafka.consumer({ groupId: `bare-${Date.now()}`, maxWaitTimeInMs: 100 })
  let received = 0
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: ({ batch }) => {
      parseAll(batch.messages.flatMap(({ value }) => value ?? []))
      received += batch.messages.length
      return Promise.resolve()
    },
  })
  const perMessage = await startMeasuring(messages, () => Promise.resolve(received))
  await consumer.disconnect()
  return perMessage()
}

async function measureProcessor(installation: Installation, messages: number): Promise<number> {
  const registry = createRegistry()
  const applied = async () => {
    const { values = [] } = (await registry.getSingleMetric('processor_events_total')?.get()) ?? {}
    return values.reduce((sum, { value }) => sum + value, 0)
  }
  const statistics = await startStatistics({
    keepsTexts: true,
    optOuts: noOptOuts,
    ...installation,
    registry,
    sessionTimeoutMs: 6000,
    onFatal: (error) => {
      throw error
    },
  })
  const perMessage = await startMeasuring(messages, applied)
  // With the last changelog write and the frames that wait.
  await statistics[Symbol.asyncDispose]()
  return perMessage()
}

/** Waits for all messages. What it returns gives the CPU time per message, µs, without the first quarter: without the start. */
async function startMeasuring(messages: number, done: () => Promise<number>): Promise<() => number> {
  let first = 0
  while (first < messages / 4) {
    await delay(5)
    first = await done()
  }
  const beganUs = cpuUs()
  while ((await done()) < messages) await delay(20)
  return () => (cpuUs() - beganUs) / (messages - first)
}
