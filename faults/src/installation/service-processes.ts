import { nodeCommand } from '@chat-battle/launcher/node-command'
import { entryOf } from '@chat-battle/launcher/settings'
import { Supervisor, type SupervisorOptions } from '@chat-battle/launcher/supervisor'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { until } from '@chat-battle/testkit/testing'

export const services = ['processor', 'gateway', 'ingest', 'web'] as const
export type Service = (typeof services)[number]

const portNames = {
  processor: 'PROCESSOR_METRICS_PORT',
  ingest: 'INGEST_METRICS_PORT',
  gateway: 'GATEWAY_PORT',
  web: 'WEB_PORT',
}
const readyPaths = { processor: '/health', ingest: '/health', gateway: '/api/health', web: '/livez' }
const stopWithinMs = 4000

/** The processes of one installation, by name. The first process of a service has the service's name. */
export class ServiceProcesses {
  readonly #environment: NodeJS.ProcessEnv
  readonly #sharedPorts: Readonly<Record<'gateway' | 'web', number>>
  readonly #supervision: SupervisorOptions
  readonly #processes = new Map<string, { supervisor: Supervisor; port: number }>()

  constructor(
    environment: NodeJS.ProcessEnv,
    sharedPorts: Readonly<Record<'gateway' | 'web', number>>,
    supervision: SupervisorOptions,
  ) {
    this.#environment = environment
    this.#sharedPorts = sharedPorts
    this.#supervision = supervision
  }

  async start(service: Service, name: string = service): Promise<Supervisor> {
    const port = service === 'gateway' || service === 'web' ? this.#sharedPorts[service] : await freePort()
    const command = nodeCommand(entryOf[service], [], {
      ...this.#environment,
      GATEWAY_PORT: String(this.#sharedPorts.gateway),
      SHARE_PORTS: 'true',
      [portNames[service]]: String(port),
    })
    const supervisor = new Supervisor(name, command, this.#supervision)
    this.#processes.set(name, { supervisor, port })
    await supervisor.start()
    const url = this.#url(name) + readyPaths[service]
    await until(async () => (await fetch(url).catch(() => undefined))?.ok, `${name} is ready`)
    return supervisor
  }

  named(name: string): Supervisor {
    return this.#process(name).supervisor
  }

  get deaths(): ReadonlyMap<string, number> {
    return new Map([...this.#processes].map(([name, { supervisor }]) => [name, supervisor.deaths]))
  }

  async health(name: string): Promise<number> {
    return (await fetch(`${this.#url(name)}/health`)).status
  }

  async metric(name: string, metric: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    // A new connection: one that is kept alive may lead to another process that shares the port.
    const response = await fetch(`${this.#url(name)}/metrics`, { headers: { connection: 'close' } })
    const lines = (await response.text())
      .split('\n')
      .filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
      .filter((line) =>
        Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
      )
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  async stop(): Promise<void> {
    const stopping = [...this.#processes.values()].reverse()
    await Promise.all(stopping.map(({ supervisor }) => supervisor.stop(stopWithinMs)))
  }

  #url(name: string): string {
    return `http://127.0.0.1:${this.#process(name).port}`
  }

  #process(name: string): { supervisor: Supervisor; port: number } {
    const found = this.#processes.get(name)
    if (found === undefined) throw new Error(`no process ${name}`)
    return found
  }
}
