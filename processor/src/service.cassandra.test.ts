import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listen } from '@chat-battle/runtime/http/listen'
import { connectAdmin } from '@chat-battle/runtime/kafka/admin'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { GroupConsumer } from '@chat-battle/runtime/kafka/group-consumer'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { readConfig } from './config.ts'
import { startProcessor } from './service.ts'

/** Longer than any wait of these tests: a member that does not leave its group stays in it. */
const sessionMs = 120_000
const groups = [
  'processor',
  'archive',
  'archive-windows',
  'archive-moments',
  'archive-summaries',
  'opt-out-jobs',
]

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeEach(async () => {
  installation = await testInstallation()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await installation[Symbol.asyncDispose]()
})

function config(port: number) {
  return {
    ...readConfig(),
    ...installation.settings,
    PROCESSOR_METRICS_PORT: port,
    PROCESSOR_SESSION_MS: sessionMs,
  }
}

/** Members of each group of the processor. */
async function members(): Promise<number[]> {
  await using admin = await connectAdmin(installation.kafka)
  const { groups: found } = await admin.describeGroups(
    groups.map((name) => prefixed(installation.settings, name)),
  )
  return found.map((group) => group.members.length)
}

test('a failed start leaves no member in its groups', async () => {
  const started = vi.spyOn(GroupConsumer.prototype, 'start')
  const taken = createServer()
  const port = await listen(taken, 0, '127.0.0.1')
  await expect(startProcessor(config(port), installation.logger)).rejects.toThrow()
  expect(started).toHaveBeenCalledTimes(groups.length)
  await until(async () => (await members()).every((count) => count === 0), 'all groups are empty', 10_000)
  await new Promise((resolve) => taken.close(resolve))
})

test('a part that fails to close does not keep the others from closing', async () => {
  const processor = await startProcessor(config(0), installation.logger)
  await until(async () => (await members()).every((count) => count === 1), 'all groups have a member')
  const dispose = GroupConsumer.prototype[Symbol.asyncDispose]
  const broken = new Error('cannot leave')
  vi.spyOn(GroupConsumer.prototype, Symbol.asyncDispose).mockImplementationOnce(async function (
    this: GroupConsumer,
  ) {
    await dispose.call(this)
    throw broken
  })
  await expect(processor[Symbol.asyncDispose]()).rejects.toThrow()
  await until(async () => (await members()).every((count) => count === 0), 'all groups are empty', 10_000)
})
