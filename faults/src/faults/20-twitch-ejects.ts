import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { until } from '@chat-battle/testkit/testing'
import { defineFault } from '../harness/define-fault.ts'
import { account, type Installation } from '../installation/installation.ts'
import { restState } from '../installation/rest.ts'
import { isJoined } from '../installation/twitch-joins.ts'
import { transitMs } from '../judges/gaps.ts'
import {
  gapToleranceMs,
  judgeJoins,
  makeFailures,
  type FailureSpan,
  type TwitchFailure,
} from '../load/twitch-failures.ts'

/** If all are joined three times within the length of the join limit, some must wait, in a gap. */
const allChannels = Array.from({ length: 8 }, (_, index) => `ejecting_${index}`)
/** Few enough never to wait for the join limit. */
const fewChannels = allChannels.slice(0, 4)
const [banned = ''] = allChannels
/** Without chat: these stay refused for longer than the short form takes. */
const outlawed = 'ejecting_outlawed'
const ceased = 'ejecting_ceased'
const bannedForMs = 5000
const unhealthyWithinMs = 60_000
const healthyWithinMs = 60_000

async function showsState(installation: Installation, login: string, state: string): Promise<boolean> {
  return (await restState(installation, login)) === state
}

async function closeFrame({ twitch }: Installation): Promise<void> {
  const closing = twitch.connections()
  for (const connection of closing) connection.sendCloseFrame()
  const isEnded = () => closing.every((connection) => !twitch.connections().includes(connection))
  await until(isEnded, 'TCP is ended')
}

const ejection: TwitchFailure = ({ twitch }) => allChannels.forEach((login) => twitch.eject(login))

async function refusals(installation: Installation): Promise<void> {
  installation.twitch.ban(outlawed)
  installation.twitch.suspend(ceased)
  const areShown = async () =>
    (await showsState(installation, outlawed, 'banned')) &&
    (await showsState(installation, ceased, 'suspended'))
  await until(areShown, 'the ban and the suspension are shown')
}

async function liftedBan(installation: Installation): Promise<void> {
  const { twitch } = installation
  twitch.ban(banned)
  await until(() => showsState(installation, banned, 'banned'), 'the ban is shown')
  await delay(bannedForMs)
  twitch.banned.delete(banned)
}

/** No token is granted for longer than health tolerates, and the connections are lost meanwhile. */
async function noTokens(installation: Installation): Promise<void> {
  const { twitch } = installation
  const hasHealth = (status: number) => async () => (await installation.health('ingest')) === status
  twitch.auth.failsWith = { status: 503, body: 'away' }
  twitch.tokens.clear()
  for (const connection of twitch.connections()) connection.drop()
  await until(hasHealth(503), 'health reports the failing login', unhealthyWithinMs)
  twitch.auth.failsWith = undefined
  await until(hasHealth(200), 'health is ok again', healthyWithinMs)
}

const shortFailures: readonly TwitchFailure[] = [refusals, closeFrame, ejection]
const allFailures: readonly TwitchFailure[] = [...shortFailures, liftedBan, noTokens]

const channelsOf = (isShort: boolean) => (isShort ? fewChannels : allChannels)

/** Whether there are gaps, and each lies within a failure. */
function areWithin(gaps: readonly Gap[], spans: readonly FailureSpan[]): boolean {
  const isWithin = ({ from, to }: Gap) =>
    spans.some(({ fromMs, toMs }) => from >= fromMs - gapToleranceMs && to <= toMs + transitMs)
  return gaps.length > 0 && gaps.every(isWithin)
}

export const twitchEjects = defineFault({
  id: 20,
  name: 'Twitch sends a close frame, ejects, bans, grants no token',
  hasShortForm: true,
  load: ({ isShort }) => ({
    name: 'fault-20',
    channels: channelsOf(isShort),
    linesPerSecond: 200,
    hasGaps: true,
    env: { ...account, MONITORED_CHANNELS: [...channelsOf(isShort), outlawed, ceased].join(',') },
  }),
  async make(run) {
    const { isShort } = run
    const { twitch } = run.installation
    await until(() => [outlawed, ceased].every((login) => isJoined(twitch, login)), 'all are joined')
    const failures = isShort ? shortFailures : allFailures
    const { spans, recoveredInS } = await makeFailures(run, channelsOf(isShort), failures)
    const { note, problems } = judgeJoins(twitch)
    return { times: failures.length, recoveredInS, spans, notes: [note], problems }
  },
  expect: ({ isShort }, { gaps, receivedInGaps }, { spans }) => [
    ...(receivedInGaps > 0 ? [`${receivedInGaps} received lines lie in gaps`] : []),
    ...channelsOf(isShort)
      .filter((login) => !areWithin(gaps.get(login) ?? [], spans))
      .map((login) => `${login}: ${JSON.stringify({ gaps: gaps.get(login), spans })}`),
  ],
})
