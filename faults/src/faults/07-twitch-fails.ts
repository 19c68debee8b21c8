import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { until } from '@chat-battle/testkit/testing'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import { defineFault } from '../harness/define-fault.ts'
import { restState } from '../installation/rest.ts'
import { transitMs } from '../judges/gaps.ts'
import {
  gapToleranceMs,
  judgeJoins,
  makeFailures,
  type FailureSpan,
  type TwitchFailure,
} from '../load/twitch-failures.ts'

const channels = Array.from({ length: 30 }, (_, index) => `failing_${index}`)
const refusedForMs = 8000
/** Longer than ingest waits for a handshake. */
const endlessHandshakeMs = 25_000
/** Channels whose JOINs are refused, how, and the state that must be shown. */
const refused = [
  { login: 'failing_3', how: 'missing', state: 'not_found' },
  { login: 'failing_4', how: 'suspended', state: 'suspended' },
] as const
/** Ingest retries a refused JOIN after 30 s. One second of room: it may correct its clock meanwhile. */
const minRetryMs = 29_000

/** Each failure makes exactly one gap per channel. */
const failures: readonly TwitchFailure[] = [
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
    for (const { login, state } of refused) {
      const isShown = async () => (await restState(installation, login)) === state
      await until(isShown, `${login} is shown as ${state}`)
    }
    for (const { login, how } of refused) twitch[how].delete(login)
  },
]

function drop(twitch: TwitchServer): void {
  for (const connection of twitch.connections()) connection.drop()
}

function reconnect(twitch: TwitchServer): void {
  twitch.sendFrame(':tmi.twitch.tv RECONNECT\r\n')
}

/** Logins whose JOIN a connection repeated too soon. */
function repeatedTooSoon({ joins }: TwitchServer): string[] {
  const isTooSoon = ({ login, connection, atMs }: TwitchServer['joins'][number]) =>
    joins.some(
      (join) =>
        join.login === login &&
        join.connection === connection &&
        join.atMs > atMs &&
        join.atMs < atMs + minRetryMs,
    )
  return [...new Set(joins.filter(isTooSoon).map(({ login }) => login))]
}

/** Whether each failure made one gap, and there is no other. */
function isOneGapEach(gaps: readonly Gap[], spans: readonly FailureSpan[]): boolean {
  const isOf = (gap: Gap | undefined, { fromMs, toMs }: FailureSpan) =>
    gap !== undefined &&
    gap.from >= fromMs - gapToleranceMs &&
    gap.from <= fromMs + gapToleranceMs &&
    gap.to <= toMs + transitMs
  return gaps.length === spans.length && spans.every((span, index) => isOf(gaps[index], span))
}

export const twitchFails = defineFault({
  id: 7,
  name: 'Twitch drops, hangs, reconnects and refuses',
  load: { name: 'fault-7', channels, linesPerSecond: 200, hasGaps: true },
  async make(run) {
    const { twitch } = run.installation
    const { spans, recoveredInS } = await makeFailures(run, channels, failures, { onNewConnections: true })
    const joins = judgeJoins(twitch)
    const repeated = repeatedTooSoon(twitch).map((login) => `${login} was refused and joined again too soon`)
    return {
      times: failures.length,
      recoveredInS,
      spans,
      notes: [joins.note],
      problems: [...joins.problems, ...repeated],
    }
  },
  expect: (_run, { gaps, receivedInGaps }, { spans }) => [
    ...(receivedInGaps > 0 ? [`${receivedInGaps} received lines lie in gaps`] : []),
    ...channels
      .filter((login) => !isOneGapEach(gaps.get(login) ?? [], spans))
      .map((login) => `${login}: ${JSON.stringify({ gaps: gaps.get(login), spans })}`),
  ],
})
