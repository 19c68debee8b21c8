import { parentPort, workerData } from 'node:worker_threads'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { until } from '@chat-battle/testkit/testing'
import { recordAttempts } from './client-attempts.ts'
import { PageClient } from './page-client.ts'
import type { ClientsProgress, ClientsState, ThreadOrder } from './page-clients.ts'

/** A thread of clients of its own event loop; answers questions about them. */

const warmUp = { clients: 20, attempts: 400, withinMs: 60_000 }

/** The first attempts of a thread keep it busy with compiling, so that others would be late and come at once. */
async function compileAttempts(): Promise<void> {
  using recorder = recordAttempts(await freePort())
  using clients = new DisposableStack()
  for (let index = 0; index < warmUp.clients; index++)
    clients.use(new PageClient(await recorder.open(String(index)), 'warm_up'))
  await until(() => recorder.attempts.length >= warmUp.attempts, 'clients tried in vain', warmUp.withinMs)
}

/** From this thread's monotonic clock to that of all. */
const toEpochMs = (atMs: number) => performance.timeOrigin + atMs

const { port, logins, name, isWarm } = workerData as ThreadOrder
if (isWarm) await compileAttempts()
const recorder = recordAttempts(port)
const clients: PageClient[] = []
for (const login of logins)
  clients.push(new PageClient(await recorder.open(`${name}-${clients.length}`), login))

function progress(): ClientsProgress {
  return {
    connectedSinceMs: Math.min(
      ...clients.map(({ connectedAtMs }) => toEpochMs(connectedAtMs.at(-1) ?? -Infinity)),
    ),
    showSinceMs: Math.min(...clients.map(({ shown }) => shown?.last_message_at ?? -Infinity)),
  }
}

function state(): ClientsState {
  return {
    clients: clients.map(({ login, connectedAtMs, wentBack, shown }) => ({
      login,
      connectedAtMs: connectedAtMs.map(toEpochMs),
      wentBack,
      shown,
    })),
    attempts: recorder.attempts.map(({ atMs, client }) => ({ atMs: toEpochMs(atMs), client })),
  }
}

parentPort?.on('message', (asked: 'progress' | 'state') => {
  parentPort?.postMessage(asked === 'progress' ? progress() : state())
})
