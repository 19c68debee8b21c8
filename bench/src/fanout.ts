import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { busyStats } from './busy-stats.ts'
import { Child } from './child.ts'
import { median } from './quantile.ts'
import type { ClientReport, Load, ServerName, ServerReport } from './fanout/load.ts'

const usage = `Measures the server's CPU per delivered frame or message: the gateway's live server beside bare Socket.IO, same bytes.

  pnpm bench:fanout [--rounds 3] [--seconds 5] [--load sockets,rooms,channels,perSecond,batchMs[,chat]]...

With chat, sockets receive messages in batches of 100 ms, from both servers. Server and clients are processes of their own;
the clients' CPU is not counted.`

const warmUpMs = 2000
const defaultLoads = [
  '400,1,40,10,10',
  '200,4,40,10,10',
  '100,8,200,10,10',
  '100,8,200,10,50',
  '200,1,1,100,10,chat',
]

function parseLoad(text: string): Load {
  const [sockets = 0, rooms = 0, channels = 0, framesPerSecond = 0, batchMs = 0] = text.split(',').map(Number)
  return {
    kind: text.endsWith(',chat') ? 'chat' : 'stats',
    sockets,
    rooms,
    channels,
    framesPerSecond,
    batchMs,
  }
}

interface Result {
  /** µs per delivery. */
  cpuUs: number
  /** Share of the published frames that the clients received. */
  delivered: number
}

async function measure(name: ServerName, load: Load, seconds: number): Promise<Result> {
  using server = new Child('fanout/server.ts', name, load)
  const { url } = await server.nextMessage<{ url: string }>()
  using clients = new Child('fanout/clients.ts', url, load)
  await clients.nextMessage()
  const run = async (ms: number) => ({
    ...(await server.request<ServerReport>(ms)),
    ...(await clients.request<ClientReport>('report')),
  })
  await run(warmUpMs)
  const { cpuUs, frames, deliveries } = await run(seconds * 1000)
  const expected = (frames * load.sockets * load.rooms) / load.channels
  return { cpuUs: cpuUs / deliveries, delivered: deliveries / expected }
}

/** The servers take turns, so that a change of the machine's load meets both. */
async function compare(
  load: Load,
  rounds: number,
  seconds: number,
): Promise<Record<string, string | number>> {
  const results: Record<ServerName, Result[]> = { gateway: [], 'Socket.IO': [] }
  for (let round = 0; round < rounds; round++)
    for (const name of ['Socket.IO', 'gateway'] as const)
      results[name].push(await measure(name, load, seconds))
  const cpuUs = (name: ServerName) => median(results[name].map((result) => result.cpuUs))
  return {
    ...load,
    'Socket.IO µs': cpuUs('Socket.IO').toFixed(1),
    'gateway µs': cpuUs('gateway').toFixed(1),
    ratio: (cpuUs('gateway') / cpuUs('Socket.IO')).toFixed(2),
    'gateway delivered': median(results.gateway.map(({ delivered }) => delivered)).toFixed(2),
  }
}

await runCommand(
  {
    usage,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      load: { type: 'string', multiple: true, default: defaultLoads },
    },
  },
  async ({ values }) => {
    const rounds = positiveNumber('rounds', values.rounds)
    const seconds = positiveNumber('seconds', values.seconds)
    const bytes = JSON.stringify(busyStats(0, 1000)).length
    console.log(`frames of ${bytes} bytes; median of ${rounds} rounds of ${seconds} s each`)
    const rows: Record<string, string | number>[] = []
    for (const load of values.load.map(parseLoad)) rows.push(await compare(load, rounds, seconds))
    console.table(rows)
    return 0
  },
)
