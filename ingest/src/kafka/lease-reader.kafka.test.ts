import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Lease } from '@chat-battle/contracts/records/lease'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { proxiedKafka, requestKinds } from '@chat-battle/testkit/kafka-proxy'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { leasePartitions } from './lease-partitions.ts'
import { readLeases } from './lease-reader.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>
const all = [0, 1, 2]
const logins = Array.from({ length: 30 }, (_, index) => `leased_${index}`)
/** Longer than every wait of a test: a takeover never comes from an expired session. */
const sessionTimeoutMs = 60_000

beforeEach(async () => {
  installation = await testInstallation()
})
afterEach(() => installation[Symbol.asyncDispose]())

async function write(records: readonly { key: string; value: string | null }[]): Promise<void> {
  const producer = createProducer(installation.kafka)
  await producer.connect()
  await producer.send({
    topic: prefixed(installation.settings, monitoredChannelsTopic.name),
    messages: [...records],
  })
  await producer.disconnect()
}

const lease = (login: string, ms = 60_000) => ({ key: login, value: JSON.stringify({ ttl_ms: ms }) })

/** A reader, and its reports since the last assignment. */
async function read(kafka = installation.kafka) {
  const { settings, logger } = installation
  const reported = {
    assigned: undefined as readonly number[] | undefined,
    leases: new Map<string, { partition: number; lease: Lease; appendedAtMs: number }>(),
    atCatchUp: [] as number[],
    answers: 0,
    deadLetters: [] as string[],
    fatal: [] as Error[],
  }
  const reader = await readLeases(
    kafka,
    {
      groupId: prefixed(settings, 'ingest'),
      topic: prefixed(settings, monitoredChannelsTopic.name),
      sessionTimeoutMs,
      logger,
    },
    {
      onAssigned(partitions) {
        reported.assigned = partitions
        reported.leases.clear()
        reported.atCatchUp = []
      },
      onLease: (partition, login, given, appendedAtMs) =>
        reported.leases.set(login, { partition, lease: given, appendedAtMs }),
      onAnswer: () => reported.answers++,
      onCaughtUp: () => reported.atCatchUp.push(reported.leases.size),
      onDeadLetter: ({ value }) => reported.deadLetters.push(String(value)),
      onFatal: (error) => reported.fatal.push(error),
    },
  )
  return { reader, reported }
}

test('reads the existing leases, reports once that it caught up, and follows new ones', async () => {
  const beforeMs = Date.now()
  await write([...logins.map((login) => lease(login)), { key: 'gone', value: null }])
  await write([{ key: 'broken', value: 'no lease' }])
  const { reader, reported } = await read()
  expect(reader.isMember()).toBe(reported.assigned !== undefined)
  await until(() => reported.atCatchUp.length > 0, 'caught up')
  expect(reported.assigned).toEqual(all)
  expect(reported.atCatchUp).toEqual([logins.length])
  expect(reported.deadLetters).toEqual(['no lease'])
  const partitions = leasePartitions(logins)
  for (const login of logins) {
    const known = reported.leases.get(login)
    expect(known).toMatchObject({ partition: partitions.get(login), lease: { ttl_ms: 60_000 } })
    expect(known?.appendedAtMs).toBeGreaterThan(beforeMs - 5000)
  }
  expect(reader.isMember()).toBe(true)
  expect(reader.sharesPartitions()).toBe(false)
  await write([lease('later')])
  await until(() => reported.leases.has('later'), 'the new lease')
  const { answers } = reported
  await until(() => reported.answers > answers, 'Kafka answers though no lease comes')
  expect(reported.atCatchUp).toHaveLength(1)
  expect(reported.fatal).toEqual([])
  await reader[Symbol.asyncDispose]()
})

test('reads nothing until it knows the end offsets, however often their lookup fails', async () => {
  // More than one answer of the broker holds.
  const large = { ttl_ms: 60_000, padding: 'x'.repeat(20_000) }
  for (let sent = 0; sent < 10; sent++)
    await write(logins.map((login) => ({ key: `${login}_${sent}`, value: JSON.stringify(large) })))
  await using client = await proxiedKafka(installation)
  let left = 8
  // Where a partition ends is looked up by the time -1, where it begins by -2.
  const latest = Buffer.alloc(8, 0xff)
  client.proxy.treat = ({ kind, bytes }) =>
    kind === requestKinds.listOffsets && bytes.includes(latest) && left > 0 && left-- > 0 ? 'cut' : 'pass'
  const { reader, reported } = await read(client.kafka)
  await until(() => reported.atCatchUp.length > 0, 'caught up')
  expect(left).toBe(0)
  expect(reported.atCatchUp).toEqual([10 * logins.length])
  expect(reported.fatal).toEqual([])
  await reader[Symbol.asyncDispose]()
})

test('catches up at once in an empty topic', async () => {
  const { reader, reported } = await read()
  await until(() => reported.atCatchUp.length > 0, 'caught up')
  await reader[Symbol.asyncDispose]()
})

test('divides the topic between two, and rereads the share of the one that stops', async () => {
  await write(logins.map((login) => lease(login)))
  const first = await read()
  await until(() => first.reported.atCatchUp.length > 0, 'caught up')
  // The first one learns of the rebalance with its heartbeat, a twelfth of the session.
  const second = await read()
  const hasShare = ({ reported }: typeof first) =>
    reported.atCatchUp.length > 0 && reported.assigned !== undefined && reported.assigned.length < all.length
  await until(() => hasShare(first) && hasShare(second), 'both have a share')
  expect([...(first.reported.assigned ?? []), ...(second.reported.assigned ?? [])].sort()).toEqual(all)
  expect(first.reported.leases.size + second.reported.leases.size).toBe(logins.length)
  expect(first.reader.sharesPartitions() && second.reader.sharesPartitions()).toBe(true)
  await second.reader[Symbol.asyncDispose]()
  await until(
    () => first.reported.assigned?.length === all.length && first.reported.atCatchUp.length > 0,
    'the rest',
  )
  expect(first.reported.atCatchUp).toEqual([logins.length])
  expect(first.reader.sharesPartitions()).toBe(false)
  await first.reader[Symbol.asyncDispose]()
})

test('is no member after a session without an answer of the group', async () => {
  const { reader } = await read()
  await until(() => reader.isMember(), 'a member')
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 2 * sessionTimeoutMs)
  const isMember = reader.isMember()
  clock.mockRestore()
  expect(isMember).toBe(false)
  await reader[Symbol.asyncDispose]()
})
