import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { createKafka, kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readSettings } from '@chat-battle/runtime/process/settings'
import type { Certificate } from './certificate.ts'
import { clusterIdOf } from './cluster-id.ts'
import { javaCommand, javaEnvironment } from './java.ts'
import { classPath } from './maven.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { UserError } from '@chat-battle/runtime/process/command-line'
import type { Command } from './supervisor.ts'

/** The data folder, within Kafka's own. */
const dataName = 'data'

const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512']

/** A listener that accepts this user only, by TLS and SASL with PLAIN or SCRAM. */
export interface SecuredKafka {
  certificate: Certificate
  username: string
  password: string
}

/** Prepares a single Kafka node (KRaft: it is its own controller) on loopback; returns the command that runs it. */
export async function prepareKafka(
  dir: string,
  port: number,
  cacheDir: string,
  log: (line: string) => void,
  secured?: SecuredKafka,
): Promise<Command> {
  const jars = await classPath('kafka', cacheDir, log)
  await mkdir(dir, { recursive: true })
  // Clients with TLS have a listener of their own; the node reaches itself without TLS.
  const plain = secured === undefined ? port : await freePort()
  const ports = { secured: port, plain, controller: await freePort() }
  await writeFile(join(dir, 'server.properties'), serverProperties(ports, secured))
  await writeFile(join(dir, 'log4j2.yaml'), loggingConfig)
  // Relative paths: Kafka and log4j read a path with a comma as a list of paths.
  const options = ['-Xms256m', '-Xmx512m', '-Dlog4j2.configurationFile=log4j2.yaml', '-cp', jars]
  const java = { command: await javaCommand('java'), env: await javaEnvironment(), cwd: dir }
  if (!existsSync(join(dir, dataName, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterIdOf(dir), '-c', 'server.properties']
    const users = secured === undefined ? [] : scramUsers(secured)
    await formatStorage({ ...java, args: [...options, ...format, ...users] })
  }
  return { ...java, args: [...options, 'kafka.Kafka', 'server.properties'], holdsData: true }
}

async function formatStorage({ command, args, env, cwd }: Command & { cwd: string }): Promise<void> {
  const format = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' })
  const [code] = (await once(format, 'close')) as [number | null]
  if (code === 0) return
  throw new UserError(
    `Kafka's storage in ${join(cwd, dataName)} could not be formatted; delete the folder and start again`,
  )
}

/** Whether the broker answers. */
export async function kafkaAnswers(port: number, secured?: SecuredKafka): Promise<boolean> {
  const settings = readSettings(kafkaSettings, {
    KAFKA_BROKERS: `${secured?.certificate.host ?? '127.0.0.1'}:${port}`,
    ...(secured && {
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: secured.certificate.caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: secured.username,
      KAFKA_SASL_PASSWORD: secured.password,
    }),
  })
  const admin = createKafka('local', settings, createLogger('local', 'silent'), { retries: 0 }).admin()
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

function scramUsers({ username, password }: SecuredKafka): string[] {
  return scramMechanisms.flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name="${username}",password="${password}"]`,
  ])
}

function serverProperties(
  ports: { secured: number; plain: number; controller: number },
  secured: SecuredKafka | undefined,
): string {
  const plain = `PLAINTEXT://127.0.0.1:${ports.plain}`
  const listeners = [plain, `CONTROLLER://127.0.0.1:${ports.controller}`]
  const advertised = [plain]
  if (secured !== undefined) {
    listeners.push(`SASL_SSL://127.0.0.1:${ports.secured}`)
    advertised.push(`SASL_SSL://${secured.certificate.host}:${ports.secured}`)
  }
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': dataName,
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
    ...(secured && securityProperties(secured)),
  })
    .map(([name, value]) => `${name}=${escaped(String(value))}\n`)
    .join('')
}

function securityProperties({ certificate, username, password }: SecuredKafka): Record<string, string> {
  const listener = 'listener.name.sasl_ssl'
  const logins = 'org.apache.kafka.common.security'
  return {
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': certificate.keyStore,
    'ssl.keystore.password': certificate.password,
    'sasl.enabled.mechanisms': ['PLAIN', ...scramMechanisms].join(','),
    [`${listener}.plain.sasl.jaas.config`]: `${logins}.plain.PlainLoginModule required user_${username}="${password}";`,
    // SCRAM's users are in the cluster's metadata.
    ...Object.fromEntries(
      scramMechanisms.map((mechanism) => [
        `${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`,
        `${logins}.scram.ScramLoginModule required;`,
      ]),
    ),
  }
}

/** Java reads a file of properties as Latin-1, in which a backslash begins an escape (java.util.Properties). */
function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
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
