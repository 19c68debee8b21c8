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
/** Longer than anything is waited for: whoever takes over sooner was let to. */
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

/** A reader, and all that it has said since its last assignment. */
async function read(kafka = installation.kafka) {
  const { settings, logger } = installation
  const said = {
    assigned: undefined as readonly number[] | undefined,
    leases: new Map<string, { partition: number; lease: Lease; appendedAtMs: number }>(),
    atCatchUp: [] as number[],
    heard: 0,
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
        said.assigned = partitions
        said.leases.clear()
        said.atCatchUp = []
      },
      onLease: (partition, login, given, appendedAtMs) =>
        said.leases.set(login, { partition, lease: given, appendedAtMs }),
      onHeard: () => said.heard++,
      onCaughtUp: () => said.atCatchUp.push(said.leases.size),
      onDeadLetter: ({ value }) => said.deadLetters.push(String(value)),
      onFatal: (error) => said.fatal.push(error),
    },
  )
  return { reader, said }
}

test('reads what is there at the assignment, then says so once, and goes on with what comes', async () => {
  const beforeMs = Date.now()
  await write([...logins.map((login) => lease(login)), { key: 'gone', value: null }])
  await write([{ key: 'broken', value: 'no lease' }])
  const { reader, said } = await read()
  expect(reader.isMember()).toBe(said.assigned !== undefined)
  await until(() => said.atCatchUp.length > 0, 'caught up')
  expect(said.assigned).toEqual(all)
  expect(said.atCatchUp).toEqual([logins.length])
  expect(said.deadLetters).toEqual(['no lease'])
  const partitions = leasePartitions(logins)
  for (const login of logins) {
    const known = said.leases.get(login)
    expect(known).toMatchObject({ partition: partitions.get(login), lease: { ttl_ms: 60_000 } })
    expect(known?.appendedAtMs).toBeGreaterThan(beforeMs - 5000)
  }
  expect(reader.isMember()).toBe(true)
  expect(reader.sharesPartitions()).toBe(false)
  await write([lease('later')])
  await until(() => said.leases.has('later'), 'what comes')
  const { heard } = said
  await until(() => said.heard > heard, 'Kafka is heard though nothing comes')
  expect(said.atCatchUp).toHaveLength(1)
  expect(said.fatal).toEqual([])
  await reader[Symbol.asyncDispose]()
})

test('nothing is read before it is known how much is there, however long that takes, and how much that is', async () => {
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
  const { reader, said } = await read(client.kafka)
  await until(() => said.atCatchUp.length > 0, 'caught up')
  expect(left).toBe(0)
  expect(said.atCatchUp).toEqual([10 * logins.length])
  expect(said.fatal).toEqual([])
  await reader[Symbol.asyncDispose]()
})

test('where nothing is there, it has caught up at once', async () => {
  const { reader, said } = await read()
  await until(() => said.atCatchUp.length > 0, 'caught up')
  await reader[Symbol.asyncDispose]()
})

test('two divide the topic, and who stays reads what the other had from its beginning as soon as that one stops', async () => {
  await write(logins.map((login) => lease(login)))
  const first = await read()
  await until(() => first.said.atCatchUp.length > 0, 'caught up')
  // Its group looks for newcomers with the heartbeat, a twelfth of the session.
  const second = await read()
  const hasShare = ({ said }: typeof first) =>
    said.atCatchUp.length > 0 && said.assigned !== undefined && said.assigned.length < all.length
  await until(() => hasShare(first) && hasShare(second), 'both have a share')
  expect([...(first.said.assigned ?? []), ...(second.said.assigned ?? [])].sort()).toEqual(all)
  expect(first.said.leases.size + second.said.leases.size).toBe(logins.length)
  expect(first.reader.sharesPartitions() && second.reader.sharesPartitions()).toBe(true)
  await second.reader[Symbol.asyncDispose]()
  await until(() => first.said.assigned?.length === all.length && first.said.atCatchUp.length > 0, 'the rest')
  expect(first.said.atCatchUp).toEqual([logins.length])
  expect(first.reader.sharesPartitions()).toBe(false)
  await first.reader[Symbol.asyncDispose]()
})

test('one of which the group has not heard for a session is no member', async () => {
  const { reader } = await read()
  await until(() => reader.isMember(), 'let in')
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 2 * sessionTimeoutMs)
  const isMember = reader.isMember()
  clock.mockRestore()
  expect(isMember).toBe(false)
  await reader[Symbol.asyncDispose]()
})
