import { socketsPerAddress, type Attack } from '../attacks/attack.ts'
import { endlessEvents, endlessNamespaces } from '../attacks/endless-packets.ts'
import { fuzzing } from '../attacks/fuzzing.ts'
import { hugeFrames } from '../attacks/huge-frames.ts'
import { malformedUpgrades } from '../attacks/malformed-upgrades.ts'
import { manySockets } from '../attacks/many-sockets.ts'
import { manySubscribes } from '../attacks/many-subscribes.ts'
import { slowRequests } from '../attacks/slow-requests.ts'
import { visitDuring } from '../clients/bystanders.ts'
import { Watcher } from '../clients/watcher.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { inSeconds } from '../harness/format.ts'
import { problemIfStale } from '../judges/limits.ts'

const channels = ['flooded_a', 'flooded_b', 'flooded_c'] as const
/** The attacker's address. Others come from 127.0.0.1. */
const attackerAddress = '127.0.0.9'
const attacks: readonly Attack[] = [
  manySubscribes,
  manySockets,
  hugeFrames,
  endlessNamespaces,
  endlessEvents,
  slowRequests,
  malformedUpgrades,
  fuzzing,
]
/** What bystanders read during an attack. */
const api = ['/api/channels', `/api/channels/${channels[0]}/stats`]
const bystanderPaths = { gateway: api, web: [...api, '/', `/?channels=${channels[0]}`] }

interface Attacked {
  summary: string
  stalestMs: number
  slowestMs: number
  visits: number
  problems: string[]
}

/** Makes one attack on a service, and measures how others are served during it. */
async function attackOnce(
  { installation, seed, log }: FaultRun,
  service: 'gateway' | 'web',
  attack: Attack,
  watcher: Watcher,
): Promise<Attacked> {
  const url = installation.url(service)
  const target = { port: Number(new URL(url).port), from: attackerAddress }
  const gatewayMetric = (name: string, labels = {}) => installation.metric('gateway', name, labels)
  watcher.resetStalest()
  const found: string[] = []
  const attacking = attack(target, { seed, gatewayMetric, problems: found })
  const bystanders = { paths: bystanderPaths[service], login: channels[0] }
  const others = await visitDuring(attacking, url, bystanders)
  const summary = `${service}: ${await attacking}`
  const { stalestMs } = watcher
  const { slowestMs, visits } = others
  found.push(
    ...others.problems,
    ...(visits === 0 ? ['no bystander came'] : []),
    ...problemIfStale('others', stalestMs),
  )
  log(
    `${summary}; others at most ${inSeconds(stalestMs)} behind, and served within ${inSeconds(slowestMs)} ${visits} times`,
  )
  return { summary, stalestMs, slowestMs, visits, problems: found.map((problem) => `${service}: ${problem}`) }
}

export const floods = defineFault({
  id: 13,
  name: 'floods, slow and malformed requests',
  load: {
    name: 'fault-13',
    channels,
    linesPerSecond: 100,
    env: { RATE_LIMIT_PER_MINUTE: '600', MAX_SOCKETS_PER_ADDRESS: String(socketsPerAddress) },
  },
  async make(run) {
    const made: Attacked[] = []
    const notes: string[] = []
    for (const service of ['gateway', 'web'] as const) {
      using watcher = new Watcher(run.installation.url(service), channels)
      await watcher.recovered(Date.now())
      for (const attack of attacks) {
        const attacked = await attackOnce(run, service, attack, watcher)
        made.push(attacked)
        if (attack === manySubscribes) notes.push(attacked.summary)
        await watcher.recovered(Date.now())
      }
    }
    const stalest = inSeconds(Math.max(...made.map(({ stalestMs }) => stalestMs)))
    const slowest = inSeconds(Math.max(...made.map(({ slowestMs }) => slowestMs)))
    const visits = made.reduce((sum, attacked) => sum + attacked.visits, 0)
    return {
      times: made.length,
      notes: [
        `others at most ${stalest} behind, and served within ${slowest} each of ${visits} times`,
        ...notes,
      ],
      problems: made.flatMap(({ problems }) => problems),
    }
  },
})
