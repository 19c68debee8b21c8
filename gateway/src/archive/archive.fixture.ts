import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { writeRows } from '@chat-battle/processor/archive/cassandra-writer'
import { inputRows, nameRow, summaryRow, windowRow, type TableRow } from '@chat-battle/processor/archive/rows'
import type { WindowSummary } from '@chat-battle/contracts/records/window-summary'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
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
  const logger = createLogger('test', 'fatal')
  const writer = createCassandra(keyspace.settings)
  const archive = new ArchiveReader(createCassandra(keyspace.settings), logger)
  const writeAll = (rows: readonly (TableRow & { record: TopicRecord })[]) =>
    writeRows(writer, rows, {
      logger,
      metrics,
      deadLetters: {
        keep: (_record, problem) => {
          throw new Error(String(problem))
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      keepAlive: () => Promise.resolve(),
    })
  return {
    archive,
    cassandra: writer,
    async write(events: readonly AppendedEvent[]): Promise<void> {
      await writeAll(
        events.flatMap(({ event, offset, appendedAtMs }) => {
          const record = recordOf(event.channel_id, offset, appendedAtMs)
          return inputRows(event, record).map((row) => ({ ...row, record }))
        }),
      )
    },
    /** Writes closed windows, each with its summary if there is one. */
    async writeClosed(
      frames: readonly ChannelStats[],
      summaries: readonly WindowSummary[] = [],
    ): Promise<void> {
      const ofFrames = frames.flatMap((stats): TableRow[] => [
        { table: 'channel_windows', row: windowRow(stats) },
        { table: 'channel_names', row: nameRow(stats) },
      ])
      const ofSummaries = summaries.map((summary): TableRow => ({
        table: 'channel_windows',
        row: summaryRow(summary),
      }))
      const record = recordOf('', 0, Date.now())
      await writeAll([...ofFrames, ...ofSummaries].map((row) => ({ ...row, record })))
    },
    async [Symbol.asyncDispose]() {
      await archive[Symbol.asyncDispose]()
      await writer.shutdown()
      await keyspace[Symbol.asyncDispose]()
    },
  }
}

function recordOf(key: string, offset: number, appendedAtMs: number): TopicRecord {
  return { topic: 'test', partition: 0, offset: String(offset), appendedAtMs, key, value: null }
}
