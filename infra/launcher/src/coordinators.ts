import { setTimeout as delay } from 'node:timers/promises'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import type { KafkaClient } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'

const withinMs = 60_000
const name = 'coordinator-check'

/**
 * Resolves when the coordinators of groups and of transactions answer. A broker makes their topics at the first request for
 * one, and refuses requests meanwhile: services that start then would have to try again.
 */
export async function coordinatorsAnswer(kafka: KafkaClient, prefix: string): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  for (const ask of [describeGroup, initTransactions]) {
    for (;;) {
      try {
        await ask(kafka, prefix + name)
        break
      } catch (error) {
        if (performance.now() > deadlineMs) throw error
        await delay(200)
      }
    }
  }
}

async function describeGroup(kafka: KafkaClient, id: string): Promise<void> {
  await using admin = await connectAdmin(kafka)
  await admin.describeGroups([id])
}

async function initTransactions(kafka: KafkaClient, id: string): Promise<void> {
  const producer = createProducer(kafka, { transactionalId: id, idempotent: true })
  try {
    await producer.connect()
    await (await producer.transaction()).abort()
  } finally {
    await producer.disconnect()
  }
}
