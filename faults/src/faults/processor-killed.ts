import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '@chat-battle/infra/twitch/random'
import { shownInBrowser } from '../browser.ts'
import type { Fault } from '../fault.ts'
import { install } from '../installation.ts'
import { Traffic } from '../traffic.ts'
import { judge } from '../verdict.ts'
import { Watcher } from '../watcher.ts'

const channels = ['killed_a', 'killed_b', 'killed_c', 'killed_d']

/** The archive is a part of the processor: each kill is one of both, and both are held against what was sent. */
export const processorKilled: Fault = {
  id: '1, 6',
  name: 'processor and archive killed at random moments',
  hasShortForm: true,
  async run({ cluster, seed, short, say, browser }) {
    const random = new Random(seed)
    const kills = short ? 2 : 30
    const restarts = short ? 1 : 3
    await using installation = await install(cluster, { name: 'fault-1', channels })
    const traffic = new Traffic(installation.twitch, { channels, linesPerSecond: short ? 300 : 2000, seed })
    using watcher = new Watcher(installation.url('gateway'), channels)
    traffic.start()
    await watcher.recovered(Date.now())
    let killedS = 0
    for (let kill = 1; kill <= kills; kill++) {
      await delay(random.below(4000))
      const killedAtMs = Date.now()
      process.kill(installation.process('processor').pid ?? 0, 'SIGKILL')
      const tookS = await watcher.recovered(killedAtMs)
      killedS = Math.max(killedS, tookS)
      say(`kill ${kill} of ${kills}: fresh again after ${tookS.toFixed(1)} s`)
    }
    let restartedS = 0
    for (let restart = 1; restart <= restarts; restart++) {
      const stoppedAtMs = Date.now()
      await installation.process('processor').stop(10_000)
      await installation.process('processor').start()
      restartedS = Math.max(restartedS, await watcher.recovered(stoppedAtMs))
    }
    await traffic.stop()
    const statistics = await judge(installation, traffic.sent)
    statistics.problems.push(...(await shownInBrowser(await browser(), installation, channels)))
    const archive = await judge(installation, traffic.sent, { archive: true })
    return [
      {
        times: kills,
        verdict: statistics,
        recoveredInS: killedS,
        notes: [`restarted in order: fresh after ${restartedS.toFixed(1)} s`],
      },
      { times: kills, verdict: archive },
    ]
  },
}
