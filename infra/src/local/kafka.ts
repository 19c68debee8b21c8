import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { createKafka, kafkaSettings } from '@chat-battle/service/kafka'
import { createLogger } from '@chat-battle/service/logger'
import { readSettings } from '@chat-battle/service/settings'
import { classPath } from './maven.ts'
import { freePort } from './prerequisites.ts'
import { Problem } from './problem.ts'
import type { Command } from './supervisor.ts'

/** Prepares a single Kafka node (KRaft: it is its own controller) on loopback, and gives the command that runs it. */
export async function prepareKafka(
  dir: string,
  port: number,
  cacheDir: string,
  say: (line: string) => void,
): Promise<Command> {
  const jars = await classPath('kafka', cacheDir, say)
  await mkdir(dir, { recursive: true })
  const data = join(dir, 'data')
  const controllerPort = await freePort()
  const properties = join(dir, 'server.properties')
  await writeFile(properties, serverProperties({ data, port, controllerPort }))
  const logging = join(dir, 'log4j2.yaml')
  await writeFile(logging, loggingConfig)
  const java = ['-Xms256m', '-Xmx512m', `-Dlog4j2.configurationFile=${logging}`, '-cp', jars]
  if (!existsSync(join(data, 'meta.properties'))) {
    // The cluster's id follows from its folder, so that a broker never takes up the data of another.
    const clusterId = createHash('sha256').update(dir).digest().subarray(0, 16).toString('base64url')
    const format = spawn(
      'java',
      [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties],
      {
        stdio: 'ignore',
      },
    )
    const [code] = (await once(format, 'close')) as [number | null]
    if (code !== 0)
      throw new Problem(
        `Kafka's storage in ${data} could not be formatted; delete the folder and start again`,
      )
  }
  return { command: 'java', args: [...java, 'kafka.Kafka', properties] }
}

/** Resolves once the broker answers. */
export async function kafkaAnswers(port: number): Promise<boolean> {
  const settings = readSettings(kafkaSettings, { KAFKA_BROKERS: `127.0.0.1:${port}` })
  const admin = createKafka('local', settings, createLogger('local', 'silent')).admin({
    retry: { retries: 0 },
  })
  try {
    await admin.connect()
    await admin.listTopics()
    return true
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

function serverProperties({
  data,
  port,
  controllerPort,
}: {
  data: string
  port: number
  controllerPort: number
}): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data.replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.num.partitions': 3,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'controlled.shutdown.enable': false,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

const loggingConfig = `Configuration:
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "%d %p %m (%c)%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        ref: STDOUT
`
