import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { windowMs } from '@chat-battle/contracts/window'
import { checkTools } from '@chat-battle/launcher/prerequisites'
import { buildWeb } from '@chat-battle/launcher/web-build'
import { startCluster } from './installation/cluster.ts'
import { growth, printFootprints, sampleOf, type Sample } from './installation/footprint.ts'
import { install, services, type Installation } from './installation/installation.ts'
import { Traffic } from './load/traffic.ts'
import { isClean, judge } from './judges/verdict.ts'
import { Watcher } from './clients/watcher.ts'

const usage = `Runs for long under load, channels coming and going, and prints what every process needed meanwhile.

  pnpm soak [--minutes 30] [--rate 1000] [--seed 7]`

const channels = ['soaked_a', 'soaked_b', 'soaked_c', 'soaked_d']
const sampleEveryMs = 10_000
/** Every so often some other channels are watched, and those before are left to their leases. */
const changeEveryMs = 45_000
const passingChannels = 4
/** A run that is shorter does not tell growth from windows that fill. */
const judgedFromMs = 2 * windowMs

const say = (line: string) => console.log(`  ${line}`)

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
const processes = new Map([
  ...services.map((name) => [name, installation.process(name)] as const),
  ['kafka', cluster.kafka] as const,
  ['cassandra', cluster.cassandra] as const,
])
const samples = new Map([...processes.keys()].map((name) => [name, [] as Sample[]]))
const endMs = performance.now() + lastsMs
while (performance.now() < endMs) {
  await delay(sampleEveryMs)
  for (const [name, taken] of samples) taken.push(await sampleOf(processes.get(name)?.pid))
}
// From here on nothing new is written, and what is shown grows old.
const { stalestMs } = watcher
ended.abort()
const changes = await passing
await traffic.stop()
const verdict = await judge(installation, traffic.sent)
printFootprints(samples)
const deaths = services.filter((name) => installation.process(name).deaths > 0)
console.log(
  `\n${values.minutes} minutes at ${values.rate} lines a second, ${changes * passingChannels} channels came and went: ` +
    `${verdict.messages.toLocaleString('en-US')} messages, ${verdict.lost} lost, ${verdict.twice} twice; ` +
    `shown at most ${(stalestMs / 1000).toFixed(1)} s old; ${deaths.length === 0 ? 'no process died' : `died: ${deaths.join(', ')}`}`,
)
if (lastsMs >= judgedFromMs)
  for (const name of services) verdict.problems.push(...growth(name, samples.get(name) ?? []))
for (const problem of verdict.problems) say(`! ${problem}`)
process.exitCode = isClean(verdict) && deaths.length === 0 ? 0 : 1
