import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { startCassandra } from '@chat-battle/launcher/infrastructure'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { provisionCassandra, singleCopy } from '@chat-battle/provision/provision'
import { writeRows } from '@chat-battle/processor/archive/cassandra-writer'
import { messageRow } from '@chat-battle/processor/archive/rows'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { cassandraSettings, createCassandra } from '@chat-battle/runtime/cassandra/client'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { openDataFolder } from './data-folder.ts'

const usage = `Measures the rows per second that the archive writes, by Cassandra's concurrent_writes, each on a new node.

  pnpm bench:archive [--writes 32,256] [--rows 40000] [--rounds 2]`

const warmUpRows = 10_000

function messageOf(number: number): ChatMessage {
  return message(Date.now(), {
    channel_id: String(number % 6),
    channel_login: `bench${number % 6}`,
    message_id: `bench-${number}`,
    user_id: String(number % 5000),
    username: `person${number % 5000}`,
    display_name: `Person${number % 5000}`,
    message: 'hello there, Kappa and good bye',
    emotes: [{ id: '25', name: 'Kappa', start: 13, end: 18, provider: 'twitch' }],
    badges: { subscriber: '12' },
    is_subscriber: true,
  })
}

/** Returns rows per second on a new node with this setting of concurrent_writes. */
async function measure(concurrentWrites: number, rows: number): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const options = await openDataFolder(stack)
  process.env.JAVA_TOOL_OPTIONS = `-Dcassandra.config.allow_system_properties=true -Dcassandra.settings.concurrent_writes=${concurrentWrites}`
  const port = await freePort()
  const cassandra = await startCassandra(port, options)
  stack.defer(() => cassandra.stop(5000))
  const settings = readSettings(cassandraSettings, { CASSANDRA_CONTACT_POINTS: `127.0.0.1:${port}` })
  const client = createCassandra(settings)
  stack.defer(() => client.shutdown())
  await provisionCassandra(settings, { replication: singleCopy(settings) })
  await write(client, 0, warmUpRows)
  const beganMs = performance.now()
  await write(client, warmUpRows, rows)
  return (rows / (performance.now() - beganMs)) * 1000
}

function write(client: ReturnType<typeof createCassandra>, from: number, count: number): Promise<void> {
  const none = () => undefined
  const rows = Array.from({ length: count }, (_, index) => {
    const offset = String(from + index)
    const record = { topic: 'bench', partition: 0, offset, appendedAtMs: Date.now(), key: '', value: null }
    return { table: 'raw_chat_messages' as const, row: messageRow(messageOf(from + index), record), record }
  })
  return writeRows(client, rows, {
    logger: createLogger('bench', 'warn'),
    metrics: { written: none, retried: none, refused: none, inFlight: none },
    deadLetters: {
      keep: (_record, problem) => {
        throw new Error(String(problem))
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    keepAlive: () => Promise.resolve(),
  })
}

await runCommand(
  {
    usage,
    options: {
      writes: { type: 'string', default: '32,256' },
      rows: { type: 'string', default: '40000' },
      rounds: { type: 'string', default: '2' },
    },
  },
  async ({ values }) => {
    const rows = positiveNumber('rows', values.rows)
    const rounds = positiveNumber('rounds', values.rounds)
    const best = new Map<number, number>()
    for (let round = 1; round <= rounds; round++) {
      for (const writes of values.writes.split(',').map(Number)) {
        const perSecond = await measure(writes, rows)
        best.set(writes, Math.max(perSecond, best.get(writes) ?? 0))
        console.log(`round ${round}: ${writes} writes at once: ${Math.round(perSecond)} rows/s`)
      }
    }
    const [first = NaN] = best.values()
    for (const [writes, perSecond] of best)
      console.log(
        `${writes} at once: ${Math.round(perSecond)} rows/s, ${(perSecond / first).toFixed(2)} of the first`,
      )
    return 0
  },
)
