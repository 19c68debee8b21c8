import { noOptOuts } from '@chat-battle/contracts/records/anonymise'
import { createCassandra } from '@chat-battle/runtime/cassandra/client'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { createRegistry } from '@chat-battle/runtime/process/metrics'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { testInstallation, testKeyspace } from '@chat-battle/testkit/testing'
import { startArchive, type ArchiveOptions } from './archive.ts'

export const hash = new PersonHash(['1'.repeat(32)])

export type ArchiveFixture = Awaited<ReturnType<typeof startArchiveFixture>>

/** An installation and a keyspace of the test's own; `start` starts an archive between them. */
export async function startArchiveFixture() {
  const owned = new AsyncDisposableStack()
  const installation = owned.use(await testInstallation())
  const keyspace = owned.use(await testKeyspace())
  const reader = createCassandra(keyspace.settings)
  owned.defer(() => reader.shutdown())
  return {
    installation,
    keyspace,
    reader,
    start: (given: Partial<ArchiveOptions> = {}): Promise<AsyncDisposable> =>
      startArchive({
        ...installation,
        cassandra: createCassandra(keyspace.settings),
        registry: createRegistry(),
        shouldYield: () => false,
        messageTtlS: 3600,
        optOuts: noOptOuts,
        hash,
        onFatal: (error) => {
          throw error
        },
        ...given,
      }),
    /** Returns the offset of the first record. */
    async produce(topic: string, messages: readonly { key: string; value: string }[]): Promise<string> {
      const producer = createProducer(installation.kafka)
      await producer.connect()
      const name = prefixed(installation.settings, topic)
      const [written] = await producer.send({ topic: name, messages: [...messages] })
      await producer.disconnect()
      return written?.baseOffset ?? ''
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
