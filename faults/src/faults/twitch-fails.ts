import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@chat-battle/infra/testing'
import type { TwitchServer } from '@chat-battle/infra/twitch/server'
import type { Fault } from '../fault.ts'
import { hourAway } from '../hour-away.ts'
import { isHeard } from '../listening.ts'
import { underLoad } from '../under-load.ts'

const channels = Array.from({ length: 30 }, (_, index) => `failing_${index}`)
const joinLimit = { joins: 20, perMs: 10_000 }
const refusedForMs = 8000

/** How Twitch fails; each is over when every channel is heard again. */
const failures: readonly ((twitch: TwitchServer) => Promise<void> | void)[] = [
  (twitch) => twitch.connections().forEach((connection) => connection.drop()),
  (twitch) => twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n'),
  (twitch) => twitch.connections().forEach((connection) => connection.freeze()),
  (twitch) => {
    twitch.handshakeDelayMs = 3000
    twitch.connections().forEach((connection) => connection.drop())
  },
  async (twitch) => {
    twitch.handshakeDelayMs = 0
    twitch.refuseConnections = true
    twitch.connections().forEach((connection) => connection.drop())
    await delay(refusedForMs)
    twitch.refuseConnections = false
  },
  async (twitch) => {
    const refused = channels[3] ?? ''
    twitch.missing.add(refused)
    twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n')
    const others = channels.filter((login) => login !== refused)
    await until(() => others.every((login) => isHeard(twitch, login)), 'the others are joined', 60_000)
    await delay(joinLimit.perMs)
    twitch.missing.delete(refused)
  },
]

/** The most joins in any stretch of the limit's length. */
function mostJoins(joins: TwitchServer['joins']): number {
  return Math.max(
    ...joins.map(
      ({ atMs }) => joins.filter((join) => join.atMs >= atMs && join.atMs < atMs + joinLimit.perMs).length,
    ),
  )
}

export const twitchFails: Fault = {
  rows: [{ id: 7, name: 'Twitch drops, hangs, reconnects, refuses, and is away for an hour' }],
  hasShortForm: false,
  async run(context) {
    const hour = await hourAway(channels)
    return underLoad(
      context,
      { name: 'fault-7', channels, linesPerSecond: 200, hasGaps: true },
      async ({ installation, watcher }) => {
        const { twitch } = installation
        let recoveredInS = 0
        for (const fail of failures) {
          const before = new Set(twitch.connections().map(({ id }) => id))
          const failedAtMs = Date.now()
          await fail(twitch)
          await until(
            () =>
              twitch.connections().every(({ id }) => !before.has(id)) &&
              channels.every((login) => isHeard(twitch, login)),
            'every channel is heard again',
            120_000,
          )
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(failedAtMs))
          context.say(`heard again after ${((Date.now() - failedAtMs) / 1000).toFixed(1)} s`)
        }
        const most = mostJoins(twitch.joins)
        return {
          times: failures.length + 1,
          recoveredInS,
          notes: [`at most ${most} joins in ${joinLimit.perMs / 1000} s`, ...hour.notes],
          problems: [...hour.problems, ...(most > joinLimit.joins ? [`${most} joins`] : [])],
        }
      },
      (_running, { gaps, heardInGaps }) => {
        const without = channels.filter((login) => (gaps.get(login)?.length ?? 0) < 3)
        return [
          ...(heardInGaps > 0 ? [`${heardInGaps} lines were heard within gaps`] : []),
          ...without.map((login) => `${login} has ${gaps.get(login)?.length ?? 0} gaps`),
        ]
      },
    )
  },
}
