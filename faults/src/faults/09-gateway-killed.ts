import { isDeepStrictEqual } from 'node:util'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { until } from '@chat-battle/testkit/testing'
import {
  mostClientsWithin,
  reconnections,
  recordAttempts,
  type AttemptRecorder,
} from '../clients/client-attempts.ts'
import { PageClient } from '../clients/page-client.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { restStats } from '../installation/rest.ts'
import { problemUnless } from '../judges/limits.ts'

const channels = ['gated_a', 'gated_b', 'gated_c', 'gated_d']
/** Clients that try within this time of each other reconnect simultaneously. */
const simultaneousMs = 100
/** The greatest share of the clients that may reconnect simultaneously. */
const maxSimultaneousShare = 0.3
const backWithinMs = 60_000
const settledWithinMs = 10_000
const warmUp = { clients: 100, attempts: 2000 }

const clientsOf = (isShort: boolean) => (isShort ? 60 : 500)

function allShow(clients: readonly PageClient[], sinceMs: number): Promise<unknown> {
  return until(
    () => clients.every(({ shown }) => (shown?.last_message_at ?? 0) > sinceMs),
    'every client shows a newer message',
    backWithinMs,
  )
}

/**
 * Lets clients of this process try in vain. The first attempts of hundreds of clients in one process keep it busy with compiling
 * their code, so that others are late and come all at once, as those of browsers do not.
 */
async function compileAttempts(): Promise<void> {
  using recorder = recordAttempts(await freePort())
  using clients = new DisposableStack()
  for (let index = 0; index < warmUp.clients; index++)
    clients.use(new PageClient(await recorder.open(String(index)), 'nobody'))
  await until(() => recorder.attempts.length >= warmUp.attempts, 'clients tried in vain', backWithinMs)
}

/** Kills the gateway and waits until every client is back; returns how many tried to reconnect simultaneously at most. */
async function killOnce(
  { installation, watcher }: FaultRun,
  clients: readonly PageClient[],
  recorder: AttemptRecorder,
): Promise<{ recoveredInS: number; simultaneous: number; note: string }> {
  const before = clients.map(({ connectedAtMs }) => connectedAtMs.length)
  const [killedAtMs, killedMs] = [Date.now(), performance.now()]
  installation.process('gateway').signal('SIGKILL')
  await until(
    () => clients.every(({ connectedAtMs }, index) => connectedAtMs.length > (before[index] ?? 0)),
    'every client is connected again',
    backWithinMs,
  )
  await allShow(clients, killedAtMs)
  const recoveredInS = await watcher.recovered(killedAtMs)
  const backS = clients.map(
    ({ connectedAtMs }, index) => ((connectedAtMs[before[index] ?? 0] ?? 0) - killedMs) / 1000,
  )
  const attempts = recorder.attempts.filter(({ atMs }) => atMs > killedMs)
  const simultaneous = mostClientsWithin(reconnections(attempts), simultaneousMs)
  const note =
    `back from ${Math.min(...backS).toFixed(1)} to ${Math.max(...backS).toFixed(1)} s, ` +
    `at most ${simultaneous} of them within ${simultaneousMs} ms`
  return { recoveredInS, simultaneous, note }
}

/** Problems of clients that do not end with what REST shows, after traffic has stopped. */
async function differencesFromRest(
  { installation }: FaultRun,
  clients: readonly PageClient[],
): Promise<string[]> {
  const problems: string[] = []
  for (const login of channels) {
    const watching = clients.filter((client) => client.login === login)
    const isNewest = async () => {
      const newest = await restStats(installation, 'gateway', login)
      return watching.every(({ shown }) => isDeepStrictEqual(shown, newest))
    }
    const what = `${login}: every client shows what REST does`
    problems.push(...(await problemUnless(isNewest, what, settledWithinMs)))
  }
  return problems
}

export const gatewayKilled = defineFault({
  id: 9,
  name: 'gateway killed under its clients',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-9',
    channels,
    linesPerSecond: 100,
    env: { MAX_SOCKETS_PER_ADDRESS: String(clientsOf(isShort) + 10) },
  }),
  async make(run) {
    const { installation, traffic, isShort } = run
    const count = clientsOf(isShort)
    const times = isShort ? 1 : 3
    if (!isShort) await compileAttempts()
    using recorder = recordAttempts(Number(new URL(installation.url('gateway')).port))
    using stack = new DisposableStack()
    const clients: PageClient[] = []
    while (clients.length < count) {
      const login = channels[clients.length % channels.length] ?? ''
      clients.push(stack.use(new PageClient(await recorder.open(String(clients.length)), login)))
    }
    await allShow(clients, Date.now())
    const kills: Awaited<ReturnType<typeof killOnce>>[] = []
    while (kills.length < times) kills.push(await killOnce(run, clients, recorder))
    await traffic.stop()
    return {
      times,
      expectedDeaths: { gateway: times },
      recoveredInS: Math.max(...kills.map(({ recoveredInS }) => recoveredInS)),
      maxSimultaneous: Math.max(...kills.map(({ simultaneous }) => simultaneous)),
      notes: [`${count} clients`, ...kills.map(({ note }) => note)],
      problems: await differencesFromRest(run, clients),
      clientsThatWentBack: clients.filter(({ wentBack }) => wentBack > 0).length,
    }
  },
  expect: ({ isShort }, _verdict, { maxSimultaneous, clientsThatWentBack }) => [
    ...(!isShort && maxSimultaneous > clientsOf(isShort) * maxSimultaneousShare
      ? [`${maxSimultaneous} clients reconnected within ${simultaneousMs} ms`]
      : []),
    ...(clientsThatWentBack > 0
      ? [`${clientsThatWentBack} clients were sent older figures than they had`]
      : []),
  ],
})
