import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { deadLetter } from '@chat-battle/contracts/records/dead-letter'
import { momentRecord } from '@chat-battle/contracts/records/moment'
import {
  channelMomentsTopic,
  channelStatsTopic,
  deadLettersTopic,
  openSummariesTopic,
  windowSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import { windowSummary } from '@chat-battle/contracts/records/window-summary'
import { graceMs, windowMs } from '@chat-battle/contracts/window'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import type { Logger } from '@chat-battle/runtime/process/logger'
import { momentWithout, statsWithout, summaryWithout } from '../archive/without-people.ts'
import { together, type PendingPerson } from './pending-person.ts'

/** The record of a key without people; undefined: it names none of them. Null deletes the key. */
type Rewrite = (value: Buffer, people: readonly PendingPerson[], all: OptedOut) => string | null | undefined

interface RewrittenTopic {
  readonly name: string
  readonly rewrite: Rewrite
  /** Whether each record is decoded, because its bytes do not show whom it names. */
  readonly isDecoded?: boolean
  /** Whether another writer has to write this key. `finals`: the keys of final records. */
  readonly isOthers?: (key: string, finals: ReadonlySet<string>) => boolean
}

/** A window without a final frame is closed for good after this time: its channel was forgotten. */
const settledAfterMs = 15 * graceMs

/** A frame of an open window is the processor's to write, which has the opt-out as an event. */
function isOpenWindow(key: string, finals: ReadonlySet<string>): boolean {
  if (finals.has(key) || finals.has(`${key}:final`)) return false
  const start = Number(key.split(':')[1])
  return start + windowMs + settledAfterMs > Date.now()
}

const rewrittenTopics: readonly RewrittenTopic[] = [
  { name: channelStatsTopic.name, rewrite: rewriteStats, isOthers: isOpenWindow },
  { name: windowSummariesTopic.name, rewrite: rewriteSummary },
  { name: openSummariesTopic.name, rewrite: rewriteSummary },
  { name: channelMomentsTopic.name, rewrite: rewriteMoment, isDecoded: true },
  { name: deadLettersTopic.name, rewrite: dropDeadLetter, isDecoded: true },
]

function rewriteStats(value: Buffer, _people: readonly PendingPerson[], all: OptedOut): string | undefined {
  return toJson(statsWithout(channelStats.parse(JSON.parse(value.toString())), all))
}

function rewriteSummary(value: Buffer, _people: readonly PendingPerson[], all: OptedOut): string | undefined {
  return toJson(summaryWithout(windowSummary.parse(JSON.parse(value.toString())), all))
}

function rewriteMoment(value: Buffer, people: readonly PendingPerson[], all: OptedOut): string | undefined {
  const moment = momentRecord.parse(JSON.parse(value.toString()))
  const userIds = people.map(({ userId }) => userId)
  return toJson(momentWithout(moment, all, userIds))
}

/** A dead letter has the bytes of any record, so one that contains the id or a name is deleted. */
function dropDeadLetter(value: Buffer, people: readonly PendingPerson[]): null | undefined {
  const letter = deadLetter.parse(JSON.parse(value.toString()))
  const text = `${Buffer.from(letter.value_base64, 'base64').toString()} ${letter.problem}`.toLowerCase()
  const marks = people.flatMap(({ userId, names }) => [`"${userId}"`, `=${userId};`, ...names])
  return marks.some((mark) => text.includes(mark)) ? null : undefined
}

function toJson(record: object | undefined): string | undefined {
  return record === undefined ? undefined : JSON.stringify(record)
}

export interface TopicRemovalParts {
  kafka: KafkaClient
  settings: KafkaSettings
  logger: Logger
  keepAlive: () => Promise<void>
}

/** Rewrites the records of compacted topics that name the people. Returns how many. */
export async function removeFromTopics(
  people: readonly PendingPerson[],
  parts: TopicRemovalParts,
): Promise<number> {
  let count = 0
  for (const topic of rewrittenTopics) count += await rewriteTopic(topic, people, parts)
  return count
}

async function rewriteTopic(
  { name, rewrite, isDecoded = false, isOthers }: RewrittenTopic,
  people: readonly PendingPerson[],
  { kafka, settings, logger, keepAlive }: TopicRemovalParts,
): Promise<number> {
  const topic = prefixed(settings, name)
  const mayName = isDecoded ? () => true : mayNameOneOf(people)
  const all = together(people)
  const rewritten = new Map<string, string | null>()
  const finals = new Set<string>()
  {
    await using reader = await readWholeTopic(kafka, topic, logger, ({ key, value }) => {
      if (key.endsWith(':final')) finals.add(key)
      const isNamed = value !== null && mayName(value)
      const record = isNamed ? decodable(() => rewrite(value, people, all)) : undefined
      if (record === undefined) rewritten.delete(key)
      else rewritten.set(key, record)
    })
    await whileAlive(reader.caughtUp, keepAlive)
  }
  for (const key of rewritten.keys()) if (isOthers?.(key, finals) === true) rewritten.delete(key)
  await using producer = await createConflatingProducer(kafka, { topic, logger })
  const sent = [...rewritten].map(([key, value]) => producer.send(key, value))
  await whileAlive(Promise.all(sent), keepAlive)
  return rewritten.size
}

/** Only few records name a person: the others are not decoded. */
function mayNameOneOf(people: readonly PendingPerson[]): (value: Buffer) => boolean {
  const marks = people.flatMap(({ userId, names }) => [`"${userId}"`, ...names.map((name) => `@${name}`)])
  return (value) => {
    const text = value.toString('latin1').toLowerCase()
    return marks.some((mark) => text.includes(mark))
  }
}

/** A record that cannot be decoded is a dead letter of its readers, and stays. */
function decodable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const heartbeatEveryMs = 1000

/** Waits for a result with heartbeats. Rejects when the work belongs to another instance. */
export async function whileAlive<T>(result: Promise<T>, keepAlive: () => Promise<void>): Promise<T> {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  const timer = setInterval(() => void keepAlive().catch(reject), heartbeatEveryMs)
  try {
    return await Promise.race([result, lost])
  } finally {
    clearInterval(timer)
  }
}
