import { socketsPerAddress, type Attack } from '../attacks/attack.ts'
import { endlessEvents, endlessNamespaces } from '../attacks/endless-packets.ts'
import { fuzzing } from '../attacks/fuzzing.ts'
import { hugeFrames } from '../attacks/huge-frames.ts'
import { malformedUpgrades } from '../attacks/malformed-upgrades.ts'
import { manySockets } from '../attacks/many-sockets.ts'
import { manySubscribes } from '../attacks/many-subscribes.ts'
import { slowRequests } from '../attacks/slow-requests.ts'
import type { Fault } from '../harness/define-fault.ts'
import { serveOthers } from '../clients/bystanders.ts'
import { underLoad } from '../harness/under-load.ts'
import { maxStaleMs, Watcher } from '../clients/watcher.ts'

const channels = ['flooded_a', 'flooded_b', 'flooded_c'] as const
/** The attacker's address; others come from 127.0.0.1. */
const from = '127.0.0.9'
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
/** What others read meanwhile. */
const api = ['/api/channels', `/api/channels/${channels[0]}/stats`]
const read = { gateway: api, web: [...api, '/', `/?channels=${channels[0]}`] }

export const floods: Fault = {
  rows: [{ id: 13, name: 'floods, slow and malformed requests' }],
  hasShortForm: false,
  run(context) {
    const env = { RATE_LIMIT_PER_MINUTE: '600', MAX_SOCKETS_PER_ADDRESS: String(socketsPerAddress) }
    return underLoad(
      context,
      { name: 'fault-13', channels, linesPerSecond: 100, env },
      async ({ installation }) => {
        const problems: string[] = []
        const notes: string[] = []
        let made = 0
        let [stalestMs, slowestMs, visits] = [0, 0, 0]
        const gatewayMetric = (name: string, labels = {}) => installation.metric('gateway', name, labels)
        for (const service of ['gateway', 'web'] as const) {
          const url = installation.url(service)
          const target = { port: Number(new URL(url).port), from }
          using watcher = new Watcher(url, channels)
          await watcher.recovered(Date.now())
          for (const attack of attacks) {
            watcher.forget()
            const found: string[] = []
            const attacking = attack(target, { seed: context.seed, gatewayMetric, problems: found })
            const others = await serveOthers(url, { paths: read[service], login: channels[0] }, attacking)
            const told = await attacking
            made++
            found.push(...others.problems)
            if (others.visits === 0) found.push('nobody else came')
            if (watcher.stalestMs > maxStaleMs) found.push(`others were ${watcher.stalestMs} ms behind`)
            visits += others.visits
            slowestMs = Math.max(slowestMs, others.slowestMs)
            stalestMs = Math.max(stalestMs, watcher.stalestMs)
            context.say(
              `${service}: ${told}; others at most ${inS(watcher.stalestMs)} behind, and served within ${inS(others.slowestMs)} ${others.visits} times`,
            )
            problems.push(...found.map((problem) => `${service}: ${problem}`))
            if (attack === manySubscribes) notes.push(`${service}: ${told}`)
            await watcher.recovered(Date.now())
          }
        }
        return {
          times: made,
          problems,
          notes: [
            `others at most ${inS(stalestMs)} behind, and served within ${inS(slowestMs)} each of ${visits} times`,
            ...notes,
          ],
        }
      },
    )
  },
}

function inS(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
