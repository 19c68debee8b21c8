import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { busyStats } from './busy-stats.ts'
import { median } from './quantile.ts'
import type { ClientReport, Load, ServerName, ServerReport } from './fanout/load.ts'

const usage = `Measures the server's CPU per delivered frame: the gateway's live server beside bare Socket.IO, same frames.

  pnpm bench:fanout [--rounds 3] [--seconds 5] [--load sockets,rooms,channels,framesPerSecond,batchMs]...

Server and clients are processes of their own; the clients' CPU is not counted.`

const warmUpMs = 2000
const defaultLoads = ['400,1,40,10,10', '200,4,40,10,10', '100,8,200,10,10', '100,8,200,10,50']

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    load: { type: 'string', multiple: true, default: defaultLoads },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

function parseLoad(text: string): Load {
  const [sockets = 0, rooms = 0, channels = 0, framesPerSecond = 0, batchMs = 0] = text.split(',').map(Number)
  return { sockets, rooms, channels, framesPerSecond, batchMs }
}

async function messageOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

function start(file: string, ...args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`fanout/${file}`, import.meta.url)), args)
}

/** One run of one server: µs of CPU per delivery, and the share of the sent frames that was delivered. */
async function measure(name: ServerName, load: Load): Promise<{ cpuUs: number; delivered: number }> {
  const server = start('server.ts', name, JSON.stringify(load))
  const { url } = await messageOf<{ url: string }>(server)
  const clients = start('clients.ts', url, JSON.stringify(load))
  try {
    await messageOf<ClientReport>(clients)
    const run = async (ms: number) => {
      const report = messageOf<ServerReport>(server)
      server.send(ms)
      const { cpuUs, frames } = await report
      const received = messageOf<ClientReport>(clients)
      clients.send('report')
      return { cpuUs, frames, ...(await received) }
    }
    await run(warmUpMs)
    const { cpuUs, frames, deliveries } = await run(Number(values.seconds) * 1000)
    const expected = (frames * load.sockets * load.rooms) / load.channels
    return { cpuUs: cpuUs / deliveries, delivered: deliveries / expected }
  } finally {
    clients.kill()
    server.kill()
  }
}

const frameBytes = JSON.stringify(busyStats(0, 1000)).length
console.log(`frames of ${frameBytes} bytes; median of ${values.rounds} rounds of ${values.seconds} s each`)
const rows: Record<string, string | number>[] = []
for (const load of values.load.map(parseLoad)) {
  const results: Record<ServerName, { cpuUs: number; delivered: number }[]> = { gateway: [], 'Socket.IO': [] }
  for (let round = 0; round < Number(values.rounds); round++)
    for (const name of ['Socket.IO', 'gateway'] as const) results[name].push(await measure(name, load))
  const cpuUs = (name: ServerName) => median(results[name].map((result) => result.cpuUs))
  rows.push({
    ...load,
    'Socket.IO µs': cpuUs('Socket.IO').toFixed(1),
    'gateway µs': cpuUs('gateway').toFixed(1),
    ratio: (cpuUs('gateway') / cpuUs('Socket.IO')).toFixed(2),
    'gateway delivered': median(results.gateway.map(({ delivered }) => delivered)).toFixed(2),
  })
}
console.table(rows)
