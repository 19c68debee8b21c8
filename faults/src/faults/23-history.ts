import { setTimeout as delay } from 'node:timers/promises'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getHistory, type History, type HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { graceMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { until, windowLasts } from '@chat-battle/testkit/testing'
import { Random } from '@chat-battle/twitch-stub/random'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { untilArchiveAnswers } from '../judges/archive-rows.ts'
import { exactPeople } from '../judges/exact-people.ts'
import { historyProblems } from '../judges/history-verdict.ts'

const channels = ['history_a', 'history_b', 'history_c']
/** The faults begin this long before the end of a window, which closes among them. */
const windowLeftMs = 90_000
const awayMs = 20_000
const answersWithinMs = 120_000

function readHistory({ installation }: FaultRun, login: string, step: HistoryStep): Promise<History> {
  const to = Date.now() + windowMs
  const query = { from: to - 3 * windowMs, to, step }
  return callRoute(getHistory, { params: { channel: login }, query }, { origin: installation.url('gateway') })
}

async function killEverything(run: FaultRun): Promise<Record<'processor' | 'gateway', number>> {
  const { installation, cluster, watcher, seed } = run
  const random = new Random(seed)
  const deaths = { processor: 0, gateway: 0 }
  const kill = async (name: 'processor' | 'gateway') => {
    await delay(random.below(3000))
    const service = installation.process(name)
    await until(() => service.pid, `${name} is started`)
    service.signal('SIGKILL')
    deaths[name]++
    await watcher.recovered(Date.now())
  }
  const endMs = windowStart(Date.now()) + windowMs + graceMs + 20_000
  while (Date.now() < endMs) {
    await kill('processor')
    await kill('gateway')
    await cluster.cassandra.kill()
    await delay(awayMs)
    await kill('processor')
    await cluster.cassandra.start()
    await untilArchiveAnswers(installation)
  }
  return deaths
}

export const historyUnderKills = defineFault({
  id: 23,
  name: 'history: processor and gateway killed, Cassandra away',
  prepare: () => windowLasts(0, windowLeftMs),
  load: { name: 'fault-23', channels, linesPerSecond: 300, archive: 'same row' },
  async make(run) {
    const deaths = await killEverything(run)
    return { times: deaths.processor + deaths.gateway, expectedDeaths: deaths }
  },
  async expect(run, { counted, closedWindows }) {
    const problems = closedWindows < channels.length ? [`only ${closedWindows} windows were closed`] : []
    for (const login of channels) {
      const people = exactPeople(run.traffic.sent, login)
      for (const step of ['5s', '10m'] as const) {
        const compare = async () =>
          historyProblems(await readHistory(run, login, step), counted.get(login) ?? new Map(), people)
        // The last summary of an open window is up to 10 s late.
        const settled = until(
          async () => (await compare().catch(() => ['away'])).length === 0,
          step,
          answersWithinMs,
        )
        await settled.catch(async () => problems.push(...(await compare())))
      }
    }
    return problems
  },
})
