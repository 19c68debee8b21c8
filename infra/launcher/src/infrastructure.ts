import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cassandraAnswers, prepareCassandra } from './cassandra.ts'
import type { Certificate } from './certificate.ts'
import { kafkaAnswers, prepareKafka, type SecuredKafka } from './kafka.ts'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { timed } from './progress.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

/** For slow machines: a server that cannot start ends, which is noticed at once. */
const kafkaWithinMs = 120_000
const cassandraWithinMs = 240_000
const stopWithinMs = 5000

export interface InfrastructureOptions extends SupervisorOptions {
  dataDir: string
  /** Where the class paths are kept; other installations may share it. */
  cacheDir: string
  /** Aborts the start. */
  signal?: AbortSignal
}

/** Starts a Kafka on loopback; resolves when it answers. */
export async function startKafka(
  port: number,
  options: InfrastructureOptions,
  secured?: SecuredKafka,
): Promise<Supervisor> {
  const { dataDir, cacheDir, log } = options
  const command = await prepareKafka(join(dataDir, 'kafka'), port, cacheDir, log, secured)
  const kafka = new Supervisor('kafka', command, options)
  await timed(log, 'start Kafka', () =>
    launch(kafka, () => kafkaAnswers(port, secured), kafkaWithinMs, options.signal),
  )
  return kafka
}

/** Starts a Cassandra on loopback; resolves when it answers. */
export async function startCassandra(
  port: number,
  options: InfrastructureOptions,
  secured?: Certificate,
): Promise<Supervisor> {
  const { dataDir, cacheDir, log } = options
  const command = await prepareCassandra(join(dataDir, 'cassandra'), port, cacheDir, log, secured)
  const cassandra = new Supervisor('cassandra', command, options)
  await timed(log, 'start Cassandra', () =>
    launch(cassandra, () => cassandraAnswers(port, secured), cassandraWithinMs, options.signal),
  )
  return cassandra
}

/** Waits for servers that start beside each other; when one does not come up, those that did are stopped. */
export async function together<const Starts extends readonly Promise<Supervisor>[]>(starts: Starts) {
  const started = await Promise.allSettled(starts)
  if (started.some(({ status }) => status === 'rejected')) {
    await Promise.all(started.map((each) => each.status === 'fulfilled' && each.value.stop(stopWithinMs)))
  }
  return Promise.all(starts)
}

async function launch(
  server: Supervisor,
  isThere: () => Promise<boolean>,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  // A test that is interrupted has no other chance to end what it started.
  process.once('exit', () => void server.stop(0))
  await server.start()
  const deadlineMs = performance.now() + withinMs
  while (!(await isThere())) {
    if (signal?.aborted === true) {
      await server.stop(stopWithinMs)
      signal.throwIfAborted()
    }
    if (server.deaths > 2 || performance.now() > deadlineMs) {
      await server.stop(1000)
      throw new UserError(`${server.name} did not start; the reason is in ${server.logFile}`)
    }
    await delay(200)
  }
}
