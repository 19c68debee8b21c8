import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { kafkaAnswers } from '../kafka.ts'
import { RunRecord } from '../run-record.ts'
import { readLocalSettings } from '../settings.ts'
import { idleMs, readReady, stopWarmServers, useWarmServers, warmFiles } from './warm-servers.ts'

let dataDir: string
const lines: string[] = []
const log = (line: string) => void lines.push(line)

beforeEach(async () => {
  const { DATA_DIR } = readLocalSettings(process.env)
  dataDir = await mkdtemp(join(tmpdir(), 'chat-battle-warm-'))
  const cache = join(DATA_DIR, 'cache')
  await mkdir(cache, { recursive: true })
  await symlink(cache, join(dataDir, 'cache'))
  vi.stubEnv('DATA_DIR', dataDir)
})

afterEach(async () => {
  await stopWarmServers(log)
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  vi.unstubAllEnvs()
})

/** Uses a warm Kafka for a moment; resolves to its port. */
async function use(): Promise<number | undefined> {
  await using used = await useWarmServers(['kafka'], log)
  return used.servers[0]?.port
}

test('runs at the same time share one server, which a later run finds and stop ends', async () => {
  const [first, second] = await Promise.all([use(), use()])
  expect(second).toBe(first)
  expect(await use()).toBe(first)
  expect(lines).toContain('using the kafka of an earlier run; `pnpm test stop` ends it')

  await stopWarmServers(log)
  expect(lines).toContain('stopped kafka')
  expect(await kafkaAnswers(first ?? 0)).toBe(false)
}, 120_000)

test('ends when no run has used it for a while, and leaves its folder to the next', async () => {
  const port = await use()
  const idleSince = new Date(Date.now() - idleMs - 1000)
  await utimes(warmFiles('kafka').used, idleSince, idleSince)
  await until(async () => !(await kafkaAnswers(port ?? 0)), 'the end of the server')
  expect(readReady('kafka')).toBeUndefined()

  const record = new RunRecord(warmFiles('kafka').dir)
  await until(
    () =>
      record.claim(log).then(
        () => true,
        () => false,
      ),
    'the free folder',
  )
  await record.release()
  expect(existsSync(warmFiles('kafka').ready)).toBe(false)
}, 120_000)
