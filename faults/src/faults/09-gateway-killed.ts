import { isDeepStrictEqual } from 'node:util'
import { until } from '@chat-battle/testkit/testing'
import { mostClientsWithin, reconnections } from '../clients/client-attempts.ts'
import { PageClients } from '../clients/page-clients.ts'
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

const clientsOf = (isShort: boolean) => (isShort ? 60 : 500)

function allShow(clients: PageClients, sinceMs: number): Promise<unknown> {
  return until(
    async () => (await clients.progress()).showSinceMs > sinceMs,
    'every client shows a newer message',
    backWithinMs,
  )
}

/** Kills the gateway and waits until every client is back; returns how many began to reconnect simultaneously at most. */
async function killOnce(
  { installation, watcher }: FaultRun,
  clients: PageClients,
): Promise<{ recoveredInS: number; simultaneous: number; note: string }> {
  const killedAtMs = performance.timeOrigin + performance.now()
  installation.process('gateway').signal('SIGKILL')
  await until(
    async () => (await clients.progress()).connectedSinceMs > killedAtMs,
    'every client is connected again',
    backWithinMs,
  )
  await allShow(clients, killedAtMs)
  const recoveredInS = await watcher.recovered(killedAtMs)
  const state = await clients.state()
  const backS = state.clients.map(
    ({ connectedAtMs }) => ((connectedAtMs.find((atMs) => atMs > killedAtMs) ?? 0) - killedAtMs) / 1000,
  )
  const attempts = state.attempts.filter(({ atMs }) => atMs > killedAtMs)
  const simultaneous = mostClientsWithin(reconnections(attempts), simultaneousMs)
  const note =
    `back from ${Math.min(...backS).toFixed(1)} to ${Math.max(...backS).toFixed(1)} s, ` +
    `at most ${simultaneous} of them within ${simultaneousMs} ms`
  return { recoveredInS, simultaneous, note }
}

/** Problems of clients that do not end with what REST shows, after traffic has stopped. */
async function differencesFromRest({ installation }: FaultRun, clients: PageClients): Promise<string[]> {
  const problems: string[] = []
  for (const login of channels) {
    const isNewest = async () => {
      const newest = await restStats(installation, 'gateway', login)
      const { clients: all } = await clients.state()
      const watching = all.filter((client) => client.login === login)
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
    const port = Number(new URL(installation.url('gateway')).port)
    await using clients = new PageClients(port, count, channels, !isShort)
    await allShow(clients, Date.now())
    const kills: Awaited<ReturnType<typeof killOnce>>[] = []
    while (kills.length < times) kills.push(await killOnce(run, clients))
    await traffic.stop()
    const problems = await differencesFromRest(run, clients)
    const { clients: ended } = await clients.state()
    return {
      times,
      expectedDeaths: { gateway: times },
      recoveredInS: Math.max(...kills.map(({ recoveredInS }) => recoveredInS)),
      maxSimultaneous: Math.max(...kills.map(({ simultaneous }) => simultaneous)),
      notes: [`${count} clients`, ...kills.map(({ note }) => note)],
      problems,
      clientsThatWentBack: ended.filter(({ wentBack }) => wentBack > 0).length,
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
