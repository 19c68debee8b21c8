import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { momentProblems } from '../judges/moments-verdict.ts'

const channels = ['moments_a', 'moments_b', 'moments_c']
/** A baseline takes two minutes, and the 30 s before the burst are no part of it. */
const baselineMs = 160_000
const burstMs = 25_000
const stepMs = 100
/** Five times the usual rate. */
const burstLinesPerStep = 5
const burstPeople = 200
const awayMs = 5000
/** The end of a moment is known 30 s later, and a restarted processor may have some input left. */
const answersWithinMs = 90_000

/** Many people write the same in every channel. */
async function sayBurst({ installation, traffic }: FaultRun): Promise<void> {
  const endMs = Date.now() + burstMs
  for (let line = 0; Date.now() < endMs;) {
    for (const login of channels) {
      const room = { id: installation.twitch.roomId(login), login }
      for (let each = 0; each < burstLinesPerStep; each++, line++) {
        const number = line % burstPeople
        const person = {
          id: String(700_000 + number),
          login: `fan${number}`,
          displayName: `Fan${number}`,
          isSubscriber: false,
          badges: '',
        }
        const id = `moments-${login}-${line}`
        traffic.say(login, privmsg(room, person, { id, timestamp: Date.now(), text: 'what a play' }))
      }
    }
    await delay(stepMs)
  }
}

/** Kills the processor twice and the broker once, at random moments; returns the seconds until all is fresh again. */
async function killBoth({ installation, cluster, watcher }: FaultRun, random: Random): Promise<number> {
  const killProcessor = async () => {
    await delay(random.below(4000))
    const processor = installation.process('processor')
    await until(() => processor.pid, 'the processor is started')
    processor.signal('SIGKILL')
    return Date.now()
  }
  const first = await watcher.recovered(await killProcessor())
  await delay(random.below(2000))
  await cluster.kafka.kill()
  await delay(awayMs)
  const backAtMs = Date.now()
  await cluster.kafka.start()
  await killProcessor()
  return Math.max(first, await watcher.recovered(backAtMs))
}

export const momentsUnderKills = defineFault({
  id: 24,
  name: 'moments: processor and broker killed',
  load: { name: 'fault-24', channels, linesPerSecond: 30 },
  async make(run) {
    const random = new Random(run.seed)
    const beganAtMs = Date.now()
    const beforeS = await killBoth(run, random)
    await delay(Math.max(0, beganAtMs + baselineMs - Date.now()))
    // Begins within the burst, while the moment is found and grows.
    const [inBurstS] = await Promise.all([killBoth(run, random), sayBurst(run)])
    return { times: 6, recoveredInS: Math.max(beforeS, inBurstS), expectedDeaths: { processor: 4 } }
  },
  async expect(run) {
    const compare = () => momentProblems(run.installation, channels)
    const isSettled = async () => (await compare().catch(() => ['away'])).length === 0
    const isEqual = until(isSettled, 'the moments are those of the fold', answersWithinMs)
    return isEqual.then(
      () => [],
      () => compare(),
    )
  },
})
