import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { channelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { until } from '@chat-battle/testkit/testing'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import type { Fault } from '../harness/define-fault.ts'
import type { Installation } from '../installation/installation.ts'
import { joinLimit, mostJoins } from '@chat-battle/twitch-stub/join-limit'
import { isHeard } from '../judges/join-sampler.ts'
import { underLoad } from '../harness/under-load.ts'
import { transitMs } from '../judges/verdict.ts'

const channels = Array.from({ length: 30 }, (_, index) => `failing_${index}`)
const refusedForMs = 8000
/** Beyond what ingest waits for. */
const endlessHandshakeMs = 25_000
/** How the joins of these are refused, and what is to be told of them. */
const refused = [
  { login: 'failing_3', how: 'missing', state: 'not_found' },
  { login: 'failing_4', how: 'suspended', state: 'suspended' },
] as const
/** What is refused is asked for again after half a minute, less what ingest's clock may be put right by. */
const askedAgainAfterMs = 29_000
/** How far the failure and the gap that it makes may lie apart: nothing is heard for a moment on a busy machine. */
const toleranceMs = 2000

/** How Twitch fails; each is over when every channel is heard again, and makes one gap in each. */
const failures: readonly ((installation: Installation) => Promise<void> | void)[] = [
  ({ twitch }) => drop(twitch),
  ({ twitch }) => reconnect(twitch),
  ({ twitch }) => twitch.connections().forEach((connection) => connection.freeze()),
  ({ twitch }) => {
    twitch.handshakeDelayMs = 3000
    drop(twitch)
  },
  async ({ twitch }) => {
    const before = twitch.handshakesGivenUp
    twitch.handshakeDelayMs = endlessHandshakeMs
    drop(twitch)
    await until(() => twitch.handshakesGivenUp > before, 'an endless handshake is given up', 60_000)
    twitch.handshakeDelayMs = 0
  },
  async ({ twitch }) => {
    twitch.refuseConnections = true
    drop(twitch)
    await delay(refusedForMs)
    twitch.refuseConnections = false
  },
  async (installation) => {
    const { twitch } = installation
    for (const { login, how } of refused) twitch[how].add(login)
    reconnect(twitch)
    for (const { login, state } of refused)
      await until(
        async () => (await toldOf(installation, login)) === state,
        `${login} is told to be ${state}`,
      )
    for (const { login, how } of refused) twitch[how].delete(login)
  },
]

function drop(twitch: TwitchServer): void {
  for (const connection of twitch.connections()) connection.drop()
}

function reconnect(twitch: TwitchServer): void {
  twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n')
}

/** The state of a channel as REST shows it. */
export async function toldOf(installation: Installation, login: string): Promise<string | undefined> {
  const response = await fetch(`${installation.url('gateway')}/api/channels?limit=1000`)
  const told = channelList.parse(await response.json()).channels
  return told.find(({ channel_login }) => channel_login === login)?.state
}

/** Logins that a connection was asked to join again before their time. */
function askedTooSoon({ joins }: TwitchServer): string[] {
  const isTooSoon = ({ login, connection, atMs }: TwitchServer['joins'][number]) =>
    joins.some(
      (join) =>
        join.login === login &&
        join.connection === connection &&
        join.atMs > atMs &&
        join.atMs < atMs + askedAgainAfterMs,
    )
  return [...new Set(joins.filter(isTooSoon).map(({ login }) => login))]
}

/** A failure from its beginning until every channel was heard again, epoch ms. */
interface Span {
  fromMs: number
  toMs: number
}

/** Whether each failure made one gap, and nothing else made any. */
function isOneEach(gaps: readonly Gap[], failed: readonly Span[]): boolean {
  const isOf = (gap: Gap | undefined, { fromMs, toMs }: Span) =>
    gap !== undefined &&
    gap.from >= fromMs - toleranceMs &&
    gap.from <= fromMs + toleranceMs &&
    gap.to <= toMs + transitMs
  return gaps.length === failed.length && failed.every((span, index) => isOf(gaps[index], span))
}

export const twitchFails: Fault = {
  rows: [{ id: 7, name: 'Twitch drops, hangs, reconnects and refuses' }],
  hasShortForm: false,
  async run(context) {
    const failed: Span[] = []
    return underLoad(
      context,
      { name: 'fault-7', channels, linesPerSecond: 200, hasGaps: true },
      async ({ installation, watcher }) => {
        const { twitch } = installation
        let recoveredInS = 0
        for (const fail of failures) {
          const before = new Set(twitch.connections().map(({ id }) => id))
          const failedAtMs = Date.now()
          await fail(installation)
          await until(
            () =>
              twitch.connections().every(({ id }) => !before.has(id)) &&
              channels.every((login) => isHeard(twitch, login)),
            'every channel is heard again',
            120_000,
          )
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(failedAtMs))
          failed.push({ fromMs: failedAtMs, toMs: Date.now() })
          context.say(`heard again after ${((Date.now() - failedAtMs) / 1000).toFixed(1)} s`)
        }
        const most = mostJoins(twitch.joins)
        return {
          times: failures.length,
          recoveredInS,
          notes: [`at most ${most} joins in ${joinLimit.perMs / 1000} s`],
          problems: [
            ...(most > joinLimit.joins ? [`${most} joins`] : []),
            ...askedTooSoon(twitch).map((login) => `${login} was refused and asked for again at once`),
          ],
        }
      },
      (_running, { gaps, heardInGaps }) => [
        ...(heardInGaps > 0 ? [`${heardInGaps} lines were heard within gaps`] : []),
        ...channels
          .filter((login) => !isOneEach(gaps.get(login) ?? [], failed))
          .map((login) => `${login}: ${JSON.stringify({ gaps: gaps.get(login), failed })}`),
      ],
    )
  },
}
