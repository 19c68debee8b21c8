import { afterAll, beforeAll, expect, test } from 'vitest'
import { proxiedKafka, requestKinds } from '@chat-battle/testkit/kafka-proxy'
import { testInstallation } from '@chat-battle/testkit/testing'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

// A machine that sleeps while a client connects wakes up with its socket open and its first request timed out.
test('connects when the first answer on an open connection comes after the time limit', async () => {
  await using client = await proxiedKafka(installation)
  let held = 1
  client.proxy.treat = ({ kind }) =>
    kind === requestKinds.apiVersions && held > 0 && held-- > 0 ? 'unanswered' : 'pass'
  const admin = client.kafka.admin()
  await admin.connect()
  expect((await admin.listTopics()).length).toBeGreaterThan(0)
  await admin.disconnect()
  expect(held).toBe(0)
})
