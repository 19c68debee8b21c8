import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { checkTools } from '@chat-battle/infra/local/prerequisites'
import { buildWeb } from '@chat-battle/infra/local/web-build'
import { startCluster } from './cluster.ts'
import { install, type Installation } from './installation.ts'
import { Traffic } from './traffic.ts'
import { isClean, judge } from './verdict.ts'
import { Watcher } from './watcher.ts'

const usage = `Runs for long under load, channels coming and going, and prints what every process needed meanwhile.

  pnpm soak [--minutes 30] [--rate 1000] [--seed 7]`

const channels = ['soaked_a', 'soaked_b', 'soaked_c', 'soaked_d']
const services = ['ingest', 'processor', 'gateway', 'web'] as const
const sampleEveryMs = 10_000
/** Every so often some other channels are watched, and those before are left to their leases. */
const changeEveryMs = 45_000
const passingChannels = 4

interface Sample {
  residentBytes: number
  handles: number
}

const say = (line: string) => console.log(`  ${line}`)

async function sampleOf(pid: number | undefined): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const residentBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  return { residentBytes, handles: (await readdir(`/proc/${pid}/fd`)).length }
}

/** Watches a few channels after the others, each for a while, until `signal` aborts. */
async function channelsComeAndGo(installation: Installation, signal: AbortSignal): Promise<number> {
  let changes = 0
  for (; !signal.aborted; changes++) {
    const passing = Array.from({ length: passingChannels }, (_, index) => `passing_${changes}_${index}`)
    using _watcher = new Watcher(installation.url('web'), passing)
    const traffic = new Traffic(installation.twitch, { channels: passing, linesPerSecond: 20, seed: changes })
    traffic.start()
    await delay(changeEveryMs, undefined, { signal }).catch(() => undefined)
    await traffic.stop()
  }
  return changes
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

function report(samples: ReadonlyMap<string, readonly Sample[]>): void {
  const mb = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`
  const thirds = (values: readonly number[]) =>
    [0, 1, 2].map((third) =>
      median(
        values.slice(Math.floor((third * values.length) / 3), Math.floor(((third + 1) * values.length) / 3)),
      ),
    )
  console.log('\n| process | memory, median of each third | most | file handles, of each third | most |')
  console.log('| --- | --- | --- | --- | --- |')
  for (const [name, taken] of samples) {
    const bytes = taken.map(({ residentBytes }) => residentBytes)
    const handles = taken.map((sample) => sample.handles)
    const cells = [
      name,
      thirds(bytes).map(mb).join(', '),
      mb(Math.max(...bytes)),
      thirds(handles).join(', '),
      Math.max(...handles),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const lastsMs = Math.min(Number(values.minutes), 24 * 60) * 60_000
await checkTools({ java: true })
await buildWeb(say)
say('starting Kafka and Cassandra')
await using cluster = await startCluster(say)
await using installation = await install(cluster, { name: 'soak', channels })
const traffic = new Traffic(installation.twitch, {
  channels,
  linesPerSecond: Number(values.rate),
  seed: Number(values.seed),
})
using watcher = new Watcher(installation.url('gateway'), channels)
traffic.start()
await watcher.recovered(Date.now())
watcher.forget()
const ended = new AbortController()
const passing = channelsComeAndGo(installation, ended.signal)
const samples = new Map(services.map((name) => [name, [] as Sample[]]))
const endMs = performance.now() + lastsMs
while (performance.now() < endMs) {
  await delay(sampleEveryMs)
  for (const [name, taken] of samples) taken.push(await sampleOf(installation.process(name).pid))
}
// From here on nothing new is written, and what is shown grows old.
const { stalestMs } = watcher
ended.abort()
const changes = await passing
await traffic.stop()
const verdict = await judge(installation, traffic.sent)
report(samples)
const deaths = services.filter((name) => installation.process(name).deaths > 0)
console.log(
  `\n${values.minutes} minutes at ${values.rate} lines a second, ${changes * passingChannels} channels came and went: ` +
    `${verdict.messages.toLocaleString('en-US')} messages, ${verdict.lost} lost, ${verdict.twice} twice; ` +
    `shown at most ${(stalestMs / 1000).toFixed(1)} s old; ${deaths.length === 0 ? 'no process died' : `died: ${deaths.join(', ')}`}`,
)
for (const problem of verdict.problems) say(`! ${problem}`)
process.exitCode = isClean(verdict) && deaths.length === 0 ? 0 : 1
