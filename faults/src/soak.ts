import { setTimeout as delay } from 'node:timers/promises'
import { windowMs } from '@chat-battle/contracts/window'
import { checkTools } from '@chat-battle/launcher/prerequisites'
import { buildWeb } from '@chat-battle/launcher/web-build'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { Watcher } from './clients/watcher.ts'
import { inSeconds, withCommas } from './harness/format.ts'
import { startCluster, type Cluster } from './installation/cluster.ts'
import { growth, printFootprints, sampleOf, type Sample } from './installation/footprint.ts'
import { install, type Installation } from './installation/installation.ts'
import { services } from './installation/service-processes.ts'
import { isClean, judge } from './judges/verdict.ts'
import { Traffic } from './load/traffic.ts'

const usage = `Runs an installation under load for a long time while channels come and go, and prints what every process used.

  pnpm soak [--minutes 30] [--rate 1000] [--seed 7]

  --rate  lines per second`

const channels = ['soaked_a', 'soaked_b', 'soaked_c', 'soaked_d']
const sampleEveryMs = 10_000
/** After this time the passing channels are left to their leases, and others are watched. */
const changeEveryMs = 45_000
const passingChannels = 4
/** In a shorter run, growth cannot be told apart from windows that still fill. */
const growthJudgedFromMs = 2 * windowMs
const maxMinutes = 24 * 60

interface SoakOptions {
  minutes: number
  linesPerSecond: number
  seed: number
}

const log = (line: string) => console.log(`  ${line}`)

/** Watches a few channels after the others until `signal` aborts; returns how many channels were watched. */
async function watchPassingChannels(installation: Installation, signal: AbortSignal): Promise<number> {
  let changes = 0
  for (; !signal.aborted; changes++) {
    const passing = Array.from({ length: passingChannels }, (_, index) => `passing_${changes}_${index}`)
    using _watcher = new Watcher(installation.url('web'), passing)
    const traffic = new Traffic(installation.twitch, { channels: passing, linesPerSecond: 20, seed: changes })
    traffic.start()
    await delay(changeEveryMs, undefined, { signal }).catch(() => undefined)
    await traffic.stop()
  }
  return changes * passingChannels
}

async function sampleProcesses(
  cluster: Cluster,
  installation: Installation,
  forMs: number,
): Promise<Map<string, Sample[]>> {
  const processes = new Map([
    ...services.map((name) => [name, installation.process(name)] as const),
    ['kafka', cluster.kafka] as const,
    ['cassandra', cluster.cassandra] as const,
  ])
  const samples = new Map([...processes.keys()].map((name) => [name, [] as Sample[]]))
  const endMs = performance.now() + forMs
  while (performance.now() < endMs) {
    await delay(sampleEveryMs)
    for (const [name, taken] of samples) taken.push(await sampleOf(processes.get(name)?.pid))
  }
  return samples
}

/** Returns whether nothing was lost, counted twice, grew, or died. */
async function soak({ minutes, linesPerSecond, seed }: SoakOptions): Promise<boolean> {
  const forMs = minutes * 60_000
  await checkTools({ java: true })
  await buildWeb(log)
  log('starting Kafka and Cassandra')
  await using cluster = await startCluster(log)
  await using installation = await install(cluster, { name: 'soak', channels })
  const traffic = new Traffic(installation.twitch, { channels, linesPerSecond, seed })
  using watcher = new Watcher(installation.url('gateway'), channels)
  traffic.start()
  await watcher.recovered(Date.now())
  watcher.resetStalest()
  const ended = new AbortController()
  const passing = watchPassingChannels(installation, ended.signal)
  const samples = await sampleProcesses(cluster, installation, forMs)
  // Read before the traffic stops: from then on, shown figures only become older.
  const { stalestMs } = watcher
  ended.abort()
  const passed = await passing
  await traffic.stop()
  const verdict = await judge(installation, traffic.sent)
  printFootprints(samples)
  const died = services.filter((name) => installation.process(name).deaths > 0)
  console.log(
    `\n${minutes} minutes at ${linesPerSecond} lines per second, ${passed} channels came and went: ` +
      `${withCommas(verdict.messages)} messages, ${verdict.lost} lost, ${verdict.twice} twice; ` +
      `shown at most ${inSeconds(stalestMs)} old; ${died.length === 0 ? 'no process died' : `died: ${died.join(', ')}`}`,
  )
  if (forMs >= growthJudgedFromMs)
    for (const name of services) verdict.problems.push(...growth(name, samples.get(name) ?? []))
  for (const problem of verdict.problems) log(`! ${problem}`)
  return isClean(verdict) && died.length === 0
}

const options = {
  minutes: { type: 'string', default: '30' },
  rate: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '7' },
} as const

await runCommand({ usage, options }, async ({ values }) => {
  const isSound = await soak({
    minutes: Math.min(positiveNumber('minutes', values.minutes), maxMinutes),
    linesPerSecond: positiveNumber('rate', values.rate),
    seed: positiveNumber('seed', values.seed),
  })
  return isSound ? 0 : 1
})
