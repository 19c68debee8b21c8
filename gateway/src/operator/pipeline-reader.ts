import {
  channelMomentsTopic,
  channelStatsTopic,
  channelStatusTopic,
  chatMessagesTopic,
  processorStateTopic,
  windowSummariesTopic,
} from '@chat-battle/contracts/records/topics'
import {
  pipelineWork,
  type Pipeline,
  type PipelineWork,
} from '@chat-battle/contracts/rest/routes/get-pipeline'
import type { KafkaAdmin } from '@chat-battle/runtime/kafka/admin'
import { countAppendedAfter, fetchGroupLag, fetchGroupStates } from '@chat-battle/runtime/kafka/group-states'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { refuseAfter } from '../refusal.ts'
import { SharedAnswer } from '../shared-answer.ts'

/** An answer is shared by the requests of so long. */
const freshMs = 5000
const kafkaWithinMs = 4000
const archiveWithinMs = 2000
const minuteMs = 60_000

const measuredTopics = [
  chatMessagesTopic,
  channelStatsTopic,
  channelStatusTopic,
  channelMomentsTopic,
  processorStateTopic,
].map(({ name }) => name)

/** The topics of which a work commits its position. */
const committedTopics: Partial<Record<PipelineWork, string>> = {
  processor: chatMessagesTopic.name,
  archive: chatMessagesTopic.name,
  'archive-windows': channelStatsTopic.name,
  'archive-moments': channelMomentsTopic.name,
  'archive-summaries': windowSummariesTopic.name,
}

/** What Kafka and Cassandra say. */
export type PipelineState = Omit<Pipeline, 'gateway'>

export interface PipelineReaderParts {
  connectAdmin: () => Promise<KafkaAdmin & AsyncDisposable>
  /** The name of a topic or group in this installation. */
  nameOf: (name: string) => string
  archive: Pick<ArchiveReader, 'page'>
  logger: Pick<Logger, 'warn'>
  /** Epoch ms. */
  now: () => number
}

/** Reads how the services work, by what Kafka and Cassandra say. Requests share an answer, and none waits for longer than 4 s. */
export class PipelineReader {
  readonly #parts: PipelineReaderParts
  readonly #answer: SharedAnswer<PipelineState>

  constructor(parts: PipelineReaderParts) {
    this.#parts = parts
    this.#answer = new SharedAnswer((atMs) => this.#readAll(atMs), { freshMs, now: parts.now })
  }

  read(): Promise<PipelineState> {
    return this.#answer.get()
  }

  async #readAll(at: number): Promise<PipelineState> {
    const [kafka, archiveMs] = await Promise.all([
      Promise.race([this.#readKafka(at), refuseAfter(kafkaWithinMs)]).catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'Kafka does not say how the services work')
        return null
      }),
      // The archive's reader logs the reason.
      Promise.race([this.#readArchive(), refuseAfter(archiveWithinMs)]).catch(() => null),
    ])
    return { at, kafka, archive_ms: archiveMs }
  }

  async #readKafka(at: number): Promise<NonNullable<PipelineState['kafka']>> {
    const { connectAdmin, nameOf } = this.#parts
    const startedMs = performance.now()
    await using admin = await connectAdmin()
    const works = pipelineWork.options
    const [states, lags, appended] = await Promise.all([
      fetchGroupStates(admin, works.map(nameOf)),
      Promise.all(works.map((work) => this.#lagOf(admin, work))),
      Promise.all(measuredTopics.map((topic) => countAppendedAfter(admin, nameOf(topic), at - minuteMs))),
    ])
    const groups = works.map((work, index) => ({
      work,
      state: states[index]?.state ?? 'empty',
      members: states[index]?.members ?? 0,
      lag: lags[index] ?? null,
    }))
    const topics = measuredTopics.map((topic, index) => ({ topic, appended: appended[index] ?? 0 }))
    return { answered_ms: Math.round(performance.now() - startedMs), groups, topics }
  }

  async #lagOf(admin: KafkaAdmin, work: PipelineWork): Promise<number | null> {
    const topic = committedTopics[work]
    const { nameOf } = this.#parts
    return topic === undefined ? null : fetchGroupLag(admin, nameOf(work), nameOf(topic))
  }

  async #readArchive(): Promise<number> {
    const startedMs = performance.now()
    await this.#parts.archive.page('SELECT release_version FROM system.local', [], { pageSize: 1 })
    return Math.round(performance.now() - startedMs)
  }
}
