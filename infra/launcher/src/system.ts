import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startCassandra, startKafka, together } from './infrastructure.ts'
import { localSecret } from './local-secret.ts'
import { checkPorts, checkTools } from './prerequisites.ts'
import { timed, type Log } from './progress.ts'
import { provisionServers } from './provisioning.ts'
import { pageUrl, waitUntilReady } from './readiness.ts'
import { RunRecord } from './run-record.ts'
import { commands, listeners, serviceEnvironment } from './service-commands.ts'
import type { LocalSettings } from './settings.ts'
import { Supervisor } from './supervisor.ts'
import { buildWeb } from './web-build.ts'

export interface LocalSystem {
  /** URL of the page. */
  readonly url: string
  /** The token that this start made for a demo; undefined: the environment has one, or it is no demo. */
  readonly demoToken: string | undefined
  /** Every process by name, in the order in which they were started. */
  readonly processes: ReadonlyMap<string, Supervisor>
  /** Stops every process, in order. */
  stop(): Promise<void>
}

export interface LocalOptions {
  settings: LocalSettings
  /** The source of chat: Twitch, the simulation, or only the lines that a test sends. */
  chat: 'twitch' | 'simulated' | 'silent'
  /** Whether Vite serves the page from its sources, and services restart when theirs change. */
  isDevelopment?: boolean
  log: Log
  /** Environment of the services, in addition to the settings. */
  env?: NodeJS.ProcessEnv
  /** Folder of Maven's class paths; several installations may share it. */
  cacheDir?: string
  /** Aborts the start. */
  signal?: AbortSignal
}

/** Starts the whole system on this machine; resolves when the page can be opened. A failed start leaves nothing running. */
export async function startLocal(options: LocalOptions): Promise<LocalSystem> {
  const { settings, log, signal, isDevelopment = false } = options
  const ownsKafka = settings.KAFKA_BROKERS === undefined
  const ownsCassandra = settings.CASSANDRA_CONTACT_POINTS === undefined
  await checkTools({ java: ownsKafka || ownsCassandra })
  const record = new RunRecord(settings.DATA_DIR)
  await record.claim(log)
  const processes = new Map<string, Supervisor>()
  const stop = async () => {
    await stopAll(processes)
    await record.release()
  }
  try {
    await checkPorts(listeners(options))
    if (!isDevelopment) await buildWeb(log)
    signal?.throwIfAborted()
    const logDir = join(settings.DATA_DIR, 'logs')
    await mkdir(logDir, { recursive: true })
    const supervision = { record, logDir, log }
    const cacheDir = options.cacheDir ?? join(settings.DATA_DIR, 'cache')
    const serverOptions = { ...supervision, dataDir: settings.DATA_DIR, cacheDir, ...(signal && { signal }) }
    const { env, demoToken } = await environmentWithSecrets(options)
    const isFirstStart = ownsKafka && !existsSync(join(settings.DATA_DIR, 'kafka'))
    const servers = await together([
      ...(ownsKafka ? [startKafka(settings.KAFKA_PORT, serverOptions)] : []),
      ...(ownsCassandra ? [startCassandra(settings.CASSANDRA_PORT, serverOptions)] : []),
    ])
    for (const server of servers) processes.set(server.name, server)
    signal?.throwIfAborted()
    await timed(log, 'create topics and tables', () => provisionServers(env, { ownsKafka }))
    await timed(log, 'start the services', async () => {
      for (const [name, command] of commands(options, env, { isFirstStart })) {
        const service = new Supervisor(name, command, supervision)
        processes.set(name, service)
        await service.start()
        signal?.throwIfAborted()
      }
      await waitUntilReady(settings, { processes, isDevelopment, signal })
    })
    return { url: pageUrl(settings), demoToken, processes, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Through the page nothing comes from the machine itself, so that a demo needs a token to show its texts. */
async function environmentWithSecrets(options: LocalOptions) {
  const { DATA_DIR } = options.settings
  const given = { ...process.env, ...options.env }
  const needsToken = options.chat === 'simulated' && (given.OPERATOR_TOKEN ?? '').trim() === ''
  const demoToken = needsToken ? await localSecret(DATA_DIR, 'operator-token', undefined) : undefined
  const env: NodeJS.ProcessEnv = {
    ...serviceEnvironment(options),
    PERSON_HASH_SECRET: await localSecret(DATA_DIR, 'person-hash-secret', given.PERSON_HASH_SECRET),
    ...(demoToken !== undefined && { OPERATOR_TOKEN: demoToken }),
  }
  return { env, demoToken }
}

/** From the source of the data on: each stops when it receives nothing more. Together below 15 s. */
const stopOrder: readonly { names: readonly string[]; withinMs: number }[] = [
  { names: ['twitch', 'ingest'], withinMs: 3000 },
  { names: ['processor'], withinMs: 3000 },
  { names: ['gateway', 'web'], withinMs: 3000 },
  { names: ['cassandra', 'kafka'], withinMs: 5500 },
]

async function stopAll(processes: ReadonlyMap<string, Supervisor>): Promise<void> {
  for (const { names, withinMs } of stopOrder) {
    await Promise.all(names.map((name) => processes.get(name)?.stop(withinMs)))
  }
}
