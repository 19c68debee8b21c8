import { root } from '@chat-battle/launcher/root'
import { positiveNumber, runCommand, UsageError } from '@chat-battle/runtime/process/command-line'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { measureBare } from './latency/bare.ts'
import { startInfrastructure, type Infrastructure } from './latency/infrastructure.ts'
import type { Load } from './latency/load.ts'
import { startServices } from './latency/services.ts'
import { ObservedSystem } from './latency/system.ts'
import { quantile } from './quantile.ts'

const usage = `Measures the time from a line on the IRC socket to the first frame that counts it at a subscribed client, in hops,
beside two bare Kafka hops with bare Socket.IO.

  pnpm bench:latency [--seconds 20] [--load linesPerSecond,channels]... [--checkout DIR]...

Starts Kafka and Cassandra. --checkout names the folders whose services are measured, one after the other; this one by default.
Channels are joined at Twitch's pace: 200 of them take 100 s.`

const defaultLoads = ['200,6', '200,200', '2000,200']

type Row = Record<string, string | number>

function parseLoad(text: string): Load {
  const [linesPerSecond = 0, channels = 0] = text.split(',').map(Number)
  if (!(linesPerSecond > 0 && channels > 0)) throw new UsageError(`--load ${text}: expected two numbers`)
  return { linesPerSecond, channels }
}

function row(what: string, load: Load, latenciesMs: readonly number[]): Row {
  const at = (share: number) => quantile(latenciesMs, share).toFixed(1)
  return {
    what,
    'lines/s': load.linesPerSecond,
    channels: load.channels,
    'p50 ms': at(0.5),
    'p90 ms': at(0.9),
    'p99 ms': at(0.99),
    'max ms': at(1),
  }
}

/** Bare hops are measured while the channels are joined. */
async function measureCheckout(
  infrastructure: Infrastructure,
  checkout: string,
  loads: readonly Load[],
  seconds: number,
): Promise<Row[]> {
  const installation = await infrastructure.provision()
  await using twitch = await startTwitch()
  await using services = await startServices(installation, checkout, twitch)
  const channels = Math.max(...loads.map((load) => load.channels))
  using system = new ObservedSystem(installation.kafka, twitch, channels)
  const watching = system.watch(services.gatewayUrl)
  const rows: Row[] = []
  for (const load of loads)
    rows.push(row('two bare hops', load, await measureBare(installation.kafka, load, seconds)))
  await watching
  for (const load of loads) {
    const hops = await system.measure(load, seconds)
    for (const hop of ['total', 'toKafka', 'processor', 'gateway'] as const)
      rows.push(row(hop, load, hops[hop]))
  }
  return rows
}

await runCommand(
  {
    usage,
    options: {
      seconds: { type: 'string', default: '20' },
      load: { type: 'string', multiple: true, default: defaultLoads },
      checkout: { type: 'string', multiple: true, default: [root] },
    },
  },
  async ({ values }) => {
    const seconds = positiveNumber('seconds', values.seconds)
    const loads = values.load.map(parseLoad)
    await using infrastructure = await startInfrastructure()
    for (const checkout of values.checkout) {
      console.log(checkout)
      console.table(await measureCheckout(infrastructure, checkout, loads, seconds))
    }
    return 0
  },
)
