import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import { coordinatorsAnswer } from './coordinators.ts'
import { startKafka } from './infrastructure.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { RunRecord } from './run-record.ts'
import { readLocalSettings } from './settings.ts'

test('the coordinators of a new broker are usable once they answer', async () => {
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'coordinators-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const log = () => undefined
  const record = new RunRecord(dataDir)
  await record.claim(log)
  stack.defer(() => record.release())
  const cacheDir = join(readLocalSettings(process.env).DATA_DIR, 'cache')
  const port = await freePort()
  const server = await startKafka(port, { record, logDir: dataDir, log, dataDir, cacheDir })
  stack.defer(() => server.stop(5000))

  const settings = readSettings(kafkaSettings, { KAFKA_BROKERS: `127.0.0.1:${port}` })
  const logger = createLogger('test', 'silent')
  await coordinatorsAnswer(createKafka('test', settings, logger, { retries: 10 }), 'x.')

  const admin = createKafka('test', settings, logger, { retries: 0 }).admin()
  await admin.connect()
  stack.defer(() => admin.disconnect())
  const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets', '__transaction_state'] })
  for (const { name, partitions } of topics)
    expect(
      partitions.map(({ leader }) => leader),
      name,
    ).toEqual([1, 1, 1])
  expect((await admin.describeGroups(['another'])).groups[0]?.state).toBe('Dead')
}, 120_000)
