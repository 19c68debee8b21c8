import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startCassandra, startKafka, type InfrastructureOptions } from './infrastructure.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { RunRecord } from './run-record.ts'
import { readLocalSettings } from './settings.ts'

let parent: string
let options: InfrastructureOptions
let record: RunRecord

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'odd-folder-'))
  const dataDir = join(parent, 'Größe, 数  ключ\'s "100%" #1')
  record = new RunRecord(dataDir)
  await record.claim(() => undefined)
  options = {
    dataDir,
    record,
    logDir: dataDir,
    cacheDir: join(readLocalSettings(process.env).DATA_DIR, 'cache'),
    log: () => undefined,
  }
})
afterEach(async () => {
  await record.release()
  await rm(parent, { recursive: true, force: true, maxRetries: 5 })
})

test.each([
  { name: 'kafka', start: startKafka, holds: 'data/__cluster_metadata-0' },
  { name: 'cassandra', start: startCassandra, holds: 'data/system' },
])(
  '$name starts twice on a folder of any name, and has its data there',
  async ({ name, start, holds }) => {
    for (let times = 0; times < 2; times++) {
      const server = await start(await freePort(), options)
      expect(existsSync(join(options.dataDir, name, holds))).toBe(true)
      expect(server.deaths).toBe(0)
      await server.stop(10_000)
    }
  },
  240_000,
)
