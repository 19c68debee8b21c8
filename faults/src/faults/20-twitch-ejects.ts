import { setTimeout as delay } from 'node:timers/promises'
import type { Gap } from '@chat-battle/contracts/records/channel-status'
import { until } from '@chat-battle/testkit/testing'
import type { Fault } from '../harness/define-fault.ts'
import { account, type Installation } from '../installation/installation.ts'
import { joinLimit, mostJoins } from '@chat-battle/twitch-stub/join-limit'
import { isHeard } from '../judges/join-sampler.ts'
import { underLoad } from '../harness/under-load.ts'
import { transitMs } from '../judges/verdict.ts'
import { toldOf } from './07-twitch-fails.ts'

/** Joined three times within the limit's stretch, they exceed it: some wait for their turn, in a gap. */
const all = Array.from({ length: 8 }, (_, index) => `ejecting_${index}`)
/** So few never wait. */
const few = all.slice(0, 4)
const [banned = ''] = all
/** Without chat: these are left out for longer than the short form takes. */
const outlawed = 'ejecting_outlawed'
const ceased = 'ejecting_ceased'
const bannedForMs = 5000
const withoutTokenForMs = 60_000
/** How far a failure and the gap that it makes may lie apart: nothing is received for a moment on a busy machine. */
const toleranceMs = 2000

type Failure = (installation: Installation) => Promise<void> | void

async function closeFrame({ twitch }: Installation): Promise<void> {
  const closing = twitch.connections()
  for (const connection of closing) connection.sendCloseFrame()
  await until(() => closing.every((connection) => !twitch.connections().includes(connection)), 'TCP is ended')
}

const ejection: Failure = ({ twitch }) => all.forEach((login) => twitch.eject(login))

async function refusals(installation: Installation): Promise<void> {
  installation.twitch.ban(outlawed)
  installation.twitch.suspend(ceased)
  const isTold = async () =>
    (await toldOf(installation, outlawed)) === 'banned' &&
    (await toldOf(installation, ceased)) === 'suspended'
  await until(isTold, 'both refusals are shown by their kind')
}

async function liftedBan(installation: Installation): Promise<void> {
  const { twitch } = installation
  twitch.ban(banned)
  await until(async () => (await toldOf(installation, banned)) === 'banned', 'the ban is shown')
  await delay(bannedForMs)
  twitch.banned.delete(banned)
}

/** Longer than health waits, and with a connection lost meanwhile. */
async function noTokens(installation: Installation): Promise<void> {
  const { twitch } = installation
  twitch.auth.failsWith = { status: 503, body: 'away' }
  twitch.tokens.clear()
  for (const connection of twitch.connections()) connection.drop()
  await until(
    async () => (await installation.health('ingest')) === 503,
    'health reports it',
    withoutTokenForMs,
  )
  twitch.auth.failsWith = undefined
  await until(async () => (await installation.health('ingest')) === 200, 'health is well again', 60_000)
}

const shortly: readonly Failure[] = [refusals, closeFrame, ejection]
const fully: readonly Failure[] = [...shortly, liftedBan, noTokens]

/** A failure from its beginning until every channel was received again, epoch ms. */
interface Span {
  fromMs: number
  toMs: number
}

/** Whether there are gaps, and each lies within a failure. */
function areOf(gaps: readonly Gap[], failed: readonly Span[]): boolean {
  const isWithin = ({ from, to }: Gap) =>
    failed.some(({ fromMs, toMs }) => from >= fromMs - toleranceMs && to <= toMs + transitMs)
  return gaps.length > 0 && gaps.every(isWithin)
}

export const twitchEjects: Fault = {
  rows: [
    { id: 20, name: 'Twitch sends a close frame and stays, puts an account out, bans it, grants no token' },
  ],
  hasShortForm: true,
  run(context) {
    const [channels, failures] = context.short ? [few, shortly] : [all, fully]
    const failed: Span[] = []
    const env = { ...account, MONITORED_CHANNELS: [...channels, outlawed, ceased].join(',') }
    return underLoad(
      context,
      { name: 'fault-20', channels, linesPerSecond: 200, hasGaps: true, env },
      async ({ installation, watcher }) => {
        const { twitch } = installation
        await until(() => [outlawed, ceased].every((login) => isHeard(twitch, login)), 'all are joined')
        let recoveredInS = 0
        for (const fail of failures) {
          const fromMs = Date.now()
          await fail(installation)
          await until(
            () => channels.every((login) => isHeard(twitch, login)),
            'every channel is received again',
            120_000,
          )
          recoveredInS = Math.max(recoveredInS, await watcher.recovered(fromMs))
          failed.push({ fromMs, toMs: Date.now() })
          context.say(`received again after ${((Date.now() - fromMs) / 1000).toFixed(1)} s`)
        }
        const most = mostJoins(twitch.joins)
        return {
          times: failures.length,
          recoveredInS,
          notes: [`at most ${most} joins in ${joinLimit.perMs / 1000} s`],
          problems: most > joinLimit.joins ? [`${most} joins`] : [],
        }
      },
      (_running, { gaps, heardInGaps }) => [
        ...(heardInGaps > 0 ? [`${heardInGaps} lines were received within gaps`] : []),
        ...channels
          .filter((login) => !areOf(gaps.get(login) ?? [], failed))
          .map((login) => `${login}: ${JSON.stringify({ gaps: gaps.get(login), failed })}`),
      ],
    )
  },
}
