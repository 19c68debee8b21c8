import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { writeRows } from '@chat-battle/processor/archive/cassandra-writer'
import { inputRows } from '@chat-battle/processor/archive/rows'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { testKeyspace } from '@chat-battle/testkit/testing'
import { ArchiveReader } from './archive-reader.ts'

export interface AppendedEvent {
  readonly event: ChannelEvent
  readonly offset: number
  /** Epoch ms. */
  readonly appendedAtMs: number
}

const none = () => undefined
const metrics = { written: none, retried: none, refused: none, inFlight: none }

/** An archive in a keyspace of its own, and what writes input records into it as the processor does. */
export async function startArchiveFixture() {
  const keyspace = await testKeyspace()
  const writer = createCassandra(keyspace.settings)
  const archive = new ArchiveReader(createCassandra(keyspace.settings))
  return {
    archive,
    cassandra: writer,
    async write(events: readonly AppendedEvent[]): Promise<void> {
      const rows = events.flatMap(({ event, offset, appendedAtMs }) => {
        const record = {
          topic: 'test',
          partition: 0,
          offset: String(offset),
          appendedAtMs,
          key: event.channel_id,
          value: null,
        }
        return inputRows(event, record).map((row) => ({ ...row, record }))
      })
      await writeRows(writer, rows, {
        logger: createLogger('test', 'fatal'),
        metrics,
        deadLetters: {
          keep: (_record, problem) => {
            throw new Error(String(problem))
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        },
        keepAlive: () => Promise.resolve(),
      })
    },
    async [Symbol.asyncDispose]() {
      await archive[Symbol.asyncDispose]()
      await writer.shutdown()
      await keyspace[Symbol.asyncDispose]()
    },
  }
}
