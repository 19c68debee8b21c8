import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'

const withinMs = 60_000
const name = 'coordinator-check'

/**
 * Resolves when the coordinators of groups and of transactions answer. A broker makes their topics at the first request for
 * one, and refuses requests meanwhile: services that start then would have to try again.
 */
export async function coordinatorsAnswer(kafka: Kafka, prefix: string): Promise<void> {
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

async function describeGroup(kafka: Kafka, id: string): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.describeGroups([id])
  } finally {
    await admin.disconnect()
  }
}

async function initTransactions(kafka: Kafka, id: string): Promise<void> {
  const producer = kafka.producer({ transactionalId: id, maxInFlightRequests: 1 })
  try {
    await producer.connect()
    await (await producer.transaction()).abort()
  } finally {
    await producer.disconnect()
  }
}
