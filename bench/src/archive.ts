import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { makeFolder } from '@chat-battle/launcher/folder'
import { startCassandra } from '@chat-battle/launcher/infrastructure'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { RunRecord } from '@chat-battle/launcher/run-record'
import { readLocalSettings } from '@chat-battle/launcher/settings'
import { provisionCassandra, singleCopy } from '@chat-battle/provision/provision'
import { writeRows } from '@chat-battle/processor/archive/cassandra-writer'
import { messageRow } from '@chat-battle/processor/archive/rows'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { cassandraSettings, createCassandra } from '@chat-battle/runtime/cassandra/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'

const usage = `Measures how fast the archive writes, by how many writes Cassandra takes up at once, each on a node of its own.

  pnpm bench:archive [--writes 32,256] [--rows 40000] [--rounds 2]`

const warmUpRows = 10_000

const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '32,256' },
    rows: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

function said(number: number): ChatMessage {
  return message(Date.now(), {
    channel_id: String(number % 6),
    channel_login: `bench${number % 6}`,
    message_id: `bench-${number}`,
    user_id: String(number % 5000),
    username: `person${number % 5000}`,
    display_name: `Person${number % 5000}`,
    message: 'hello there, Kappa and good bye',
    emotes: [{ id: '25', name: 'Kappa', start: 13, end: 18 }],
    badges: { subscriber: '12' },
    is_subscriber: true,
  })
}

/** Rows a second on a new node that takes up `concurrentWrites` at once. */
async function measure(concurrentWrites: number): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chat-battle-bench-'))
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  await makeFolder(cacheDir)
  const record = new RunRecord(dataDir)
  await record.claim(console.log)
  process.env.JAVA_TOOL_OPTIONS = `-Dcassandra.config.allow_system_properties=true -Dcassandra.settings.concurrent_writes=${concurrentWrites}`
  const port = await freePort()
  const cassandra = await startCassandra(port, {
    record,
    logDir: dataDir,
    log: console.log,
    dataDir,
    cacheDir,
  })
  const settings = readSettings(cassandraSettings, { CASSANDRA_CONTACT_POINTS: `127.0.0.1:${port}` })
  const client = createCassandra(settings)
  try {
    await provisionCassandra(settings, { replication: singleCopy(settings) })
    const logger = createLogger('bench', 'warn')
    const none = () => undefined
    const write = (from: number, count: number) =>
      writeRows(
        client,
        'raw_chat_messages',
        Array.from({ length: count }, (_, index) => ({
          row: messageRow(said(from + index)),
          record: {
            topic: 'bench',
            partition: 0,
            offset: String(from + index),
            appendedAtMs: Date.now(),
            key: '',
            value: null,
          },
        })),
        {
          logger,
          metrics: { written: none, retried: none, refused: none, inFlight: none },
          deadLetters: {
            keep: (_record, problem) => {
              throw new Error(String(problem))
            },
            [Symbol.asyncDispose]: () => Promise.resolve(),
          },
          keepAlive: () => Promise.resolve(),
        },
      )
    await write(0, warmUpRows)
    const beganMs = performance.now()
    await write(warmUpRows, Number(values.rows))
    return (Number(values.rows) / (performance.now() - beganMs)) * 1000
  } finally {
    await client.shutdown()
    await cassandra.stop(5000)
    await record.release()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

const settings = values.writes.split(',').map(Number)
const best = new Map<number, number>()
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const writes of settings) {
    const perSecond = await measure(writes)
    best.set(writes, Math.max(perSecond, best.get(writes) ?? 0))
    console.log(`round ${round}: ${writes} writes at once: ${Math.round(perSecond)} rows/s`)
  }
}
const [first = NaN] = best.values()
for (const [writes, perSecond] of best)
  console.log(
    `${writes} at once: ${Math.round(perSecond)} rows/s, ${(perSecond / first).toFixed(2)} of the first`,
  )
process.exit(0)
