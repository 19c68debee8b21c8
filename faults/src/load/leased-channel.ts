import { until } from '@chat-battle/testkit/testing'
import { Watcher } from '../clients/watcher.ts'
import type { FaultRun } from '../harness/define-fault.ts'
import { isJoined } from '../installation/twitch-joins.ts'
import { Traffic } from './traffic.ts'

const linesPerSecond = 50

export interface LeasedChannel extends AsyncDisposable {
  /** Watches through web. Its lease alone keeps the channel joined. */
  readonly page: Watcher
}

/**
 * Watches `login`, which is not monitored, and `others` through web, and starts chat in `login` once it is joined.
 * Disposal stops that chat and adds its lines to those that are judged.
 */
export async function watchLeasedChannel(
  { installation, traffic, seed }: FaultRun,
  login: string,
  others: readonly string[] = [],
): Promise<LeasedChannel> {
  const { twitch } = installation
  await using resources = new AsyncDisposableStack()
  const page = resources.use(new Watcher(installation.url('web'), [...others, login]))
  await until(() => isJoined(twitch, login), `${login} is joined for its lease`)
  const leasedTraffic = new Traffic(twitch, { channels: [login], linesPerSecond, seed })
  leasedTraffic.start()
  resources.defer(async () => {
    await leasedTraffic.stop()
    traffic.sent.push(...leasedTraffic.sent)
  })
  const owned = resources.move()
  return { page, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
