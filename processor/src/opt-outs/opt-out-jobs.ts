import { setTimeout as delay } from 'node:timers/promises'
import type { Privacy } from '@chat-battle/contracts/records/chat-event'
import { optOut, type OptOut } from '@chat-battle/contracts/records/opt-out'
import { chatMessagesTopic, optOutsTopic } from '@chat-battle/contracts/records/topics'
import type { CassandraClient } from '@chat-battle/runtime/cassandra/client'
import { connectAdmin, type KafkaAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import { GroupConsumer, type RecordBatch } from '@chat-battle/runtime/kafka/group-consumer'
import { connectProducer, type KafkaProducer } from '@chat-battle/runtime/kafka/producer'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { startOwned } from '@chat-battle/runtime/process/owned'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { namesInArchive, removeFromArchive } from './archive-removal.ts'
import { withNames, type PendingPerson } from './pending-person.ts'
import { removeFromTopics, whileAlive } from './topic-removal.ts'

export interface OptOutJobsParts {
  kafka: KafkaClient
  settings: KafkaSettings
  cassandra: CassandraClient
  logger: Logger
  deadLetters: Pick<DeadLetters, 'keep'>
  hash: PersonHash | undefined
  onFatal: (error: Error) => void
  /** How long each process has to learn of an opt-out, and the processor to write what it changes. */
  settleMs?: number | undefined
}

const sessionTimeoutMs = 10_000
const defaultSettleMs = 5000
const pollMs = 200
/** A pass finds the writes that came during the one before. */
const maxPasses = 10

interface Job {
  person: PendingPerson
  record: OptOut
  rewritten: number
}

/**
 * Removes people who opted out from what was stored before. One instance of the group has the topic's only partition. A job is
 * done when its record says so; until then an instance that starts runs it again, which changes nothing that is changed already.
 */
export function startOptOutJobs(parts: OptOutJobsParts): Promise<AsyncDisposable> {
  const { kafka, settings, logger, onFatal } = parts
  return startOwned(async (owned) => {
    owned.defer(() => parts.cassandra.shutdown())
    const admin = owned.use(await connectAdmin(kafka))
    const producer = await connectProducer(kafka, logger)
    owned.defer(() => producer.disconnect())
    const runner = new JobRunner(parts, admin, producer)
    const consumer = owned.use(
      new GroupConsumer(
        kafka,
        {
          groupId: prefixed(settings, 'opt-out-jobs'),
          topic: prefixed(settings, optOutsTopic.name),
          logger,
          sessionTimeoutMs,
          heartbeatIntervalMs: sessionTimeoutMs / 4,
          maxWaitMs: 250,
        },
        {
          async onBatch(batch) {
            await runner.run(batch)
            batch.resolve()
            await batch.commit()
          },
          onFatal,
        },
      ),
    )
    await consumer.start()
    return {}
  })
}

class JobRunner {
  readonly #parts: OptOutJobsParts
  readonly #admin: KafkaAdmin
  readonly #producer: KafkaProducer

  constructor(parts: OptOutJobsParts, admin: KafkaAdmin, producer: KafkaProducer) {
    this.#parts = parts
    this.#admin = admin
    this.#producer = producer
  }

  /** Runs the pending jobs of a batch together: most of the time they wait. */
  async run(batch: RecordBatch): Promise<void> {
    const keepAlive = () => batch.keepAlive()
    const jobs = this.#pendingIn(batch)
    if (jobs.length === 0) return
    const { logger, settleMs = defaultSettleMs } = this.#parts
    logger.info({ jobs: jobs.length }, 'removing people who opted out')
    for (const job of jobs) await this.#learnNames(job, keepAlive)
    await this.#announce(jobs, keepAlive)
    await settle(settleMs, keepAlive)
    // Again: an ingest that did not know yet may have written behind the first announcement.
    const barrier = await this.#announce(jobs, keepAlive)
    await this.#reached(barrier, keepAlive)
    await settle(settleMs, keepAlive)
    await this.#removeAll(jobs, keepAlive)
    for (const job of jobs) await this.#publish(job, { pending: null, done_at: Date.now() })
    logger.info({ jobs: jobs.length, rewritten: jobs.map(({ rewritten }) => rewritten) }, 'people removed')
  }

  /** Of a key only its last record counts. */
  #pendingIn({ records }: RecordBatch): Job[] {
    const jobs = new Map<string, Job>()
    for (const record of records) {
      jobs.delete(record.key)
      if (record.value === null) continue
      try {
        const value = optOut.parse(JSON.parse(record.value.toString()))
        if (value.pending === null) continue
        const { user_id, names } = value.pending
        const person = withNames({ userId: user_id, anonymousId: record.key, names: [] }, names)
        jobs.set(record.key, { person, record: value, rewritten: 0 })
      } catch (error) {
        this.#parts.deadLetters.keep(record, error)
      }
    }
    return [...jobs.values()]
  }

  /** From now on texts of others lose these names, too. */
  async #learnNames(job: Job, keepAlive: () => Promise<void>): Promise<void> {
    const { hash } = this.#parts
    job.person = withNames(job.person, await namesInArchive(job.person, { ...this.#parts, keepAlive }))
    const { userId, names } = job.person
    const known = job.record.name_hashes
    const name_hashes = [...new Set([...known, ...names.map((name) => hash?.nameHash(name) ?? '')])]
    if (hash === undefined || name_hashes.length === known.length) return
    await this.#publish(job, { name_hashes, pending: { user_id: userId, names: [...names] } })
  }

  /** Writes the opt-outs as events of every partition of the input. Returns the offsets behind them. */
  async #announce(jobs: readonly Job[], keepAlive: () => Promise<void>): Promise<Map<number, bigint>> {
    const values = jobs.map(({ person }) => JSON.stringify(eventOf(person)))
    const { settings } = this.#parts
    const topic = prefixed(settings, chatMessagesTopic.name)
    const messages = Array.from({ length: chatMessagesTopic.partitions }, (_, partition) =>
      values.map((value) => ({ partition, key: '0', value })),
    ).flat()
    const written = await whileAlive(this.#producer.send({ topic, messages, acks: -1 }), keepAlive)
    return new Map(
      written.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? 0) + BigInt(jobs.length)]),
    )
  }

  /** Waits until the statistics and the archive have read the input up to the given offsets. */
  async #reached(offsets: ReadonlyMap<number, bigint>, keepAlive: () => Promise<void>): Promise<void> {
    const { settings } = this.#parts
    const topic = prefixed(settings, chatMessagesTopic.name)
    for (const group of ['processor', 'archive']) {
      for (;;) {
        const [read] = await this.#admin.fetchOffsets({
          groupId: prefixed(settings, group),
          topics: [topic],
        })
        const isRead = (partition: number, offset: bigint) =>
          read?.partitions.some((each) => each.partition === partition && BigInt(each.offset) >= offset)
        if ([...offsets].every(([partition, offset]) => isRead(partition, offset))) break
        await settle(pollMs, keepAlive)
      }
    }
  }

  async #removeAll(jobs: readonly Job[], keepAlive: () => Promise<void>): Promise<void> {
    const parts = { ...this.#parts, keepAlive }
    const people = jobs.map(({ person }) => person)
    for (let pass = 0; pass < maxPasses; pass++) {
      let changes = await removeFromTopics(people, parts)
      const [first] = jobs
      if (first !== undefined) first.rewritten += changes
      for (const job of jobs) {
        const rows = await removeFromArchive(job.person, Date.now(), parts)
        job.rewritten += rows
        changes += rows
      }
      if (changes === 0) return
    }
  }

  async #publish(job: Job, changes: Partial<OptOut>): Promise<void> {
    job.record = { ...job.record, ...changes, rewritten: job.rewritten }
    const topic = prefixed(this.#parts.settings, optOutsTopic.name)
    const messages = [{ key: job.person.anonymousId, value: JSON.stringify(job.record) }]
    await this.#producer.send({ topic, messages, acks: -1 })
  }
}

function eventOf({ userId, anonymousId, names }: PendingPerson): Privacy {
  const none = { channel_id: '0', channel_login: '_', timestamp: null } as const
  return { type: 'privacy', ...none, user_id: userId, anonymous_id: anonymousId, names: [...names] }
}

async function settle(ms: number, keepAlive: () => Promise<void>): Promise<void> {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;) {
    await delay(Math.min(pollMs, ms))
    await keepAlive()
  }
}
