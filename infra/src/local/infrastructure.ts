import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cassandraAnswers, prepareCassandra } from './cassandra.ts'
import { kafkaAnswers, prepareKafka } from './kafka.ts'
import { Problem } from './problem.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

const kafkaWithinMs = 60_000
const cassandraWithinMs = 120_000

export interface InfrastructureOptions extends SupervisorOptions {
  dataDir: string
  /** Where the class paths are kept; other installations may share it. */
  cacheDir: string
}

/** Starts a Kafka on loopback; resolves when it answers. */
export async function startKafka(port: number, options: InfrastructureOptions): Promise<Supervisor> {
  const command = await prepareKafka(join(options.dataDir, 'kafka'), port, options.cacheDir, options.say)
  const kafka = new Supervisor('kafka', command, options)
  await kafka.start()
  await answers(kafka, () => kafkaAnswers(port), kafkaWithinMs)
  return kafka
}

/** Starts a Cassandra on loopback; resolves when it answers. */
export async function startCassandra(port: number, options: InfrastructureOptions): Promise<Supervisor> {
  const command = await prepareCassandra(
    join(options.dataDir, 'cassandra'),
    port,
    options.cacheDir,
    options.say,
  )
  const cassandra = new Supervisor('cassandra', command, options)
  await cassandra.start()
  await answers(cassandra, () => cassandraAnswers(port), cassandraWithinMs)
  return cassandra
}

async function answers(
  process: Supervisor,
  isThere: () => Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!(await isThere())) {
    if (process.deaths > 2 || performance.now() > deadlineMs) {
      await process.stop(1000)
      throw new Problem(`${process.name} did not come up; the reason is in ${process.logFile}`)
    }
    await delay(200)
  }
}
