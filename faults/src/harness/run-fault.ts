import { windowLasts } from '@chat-battle/testkit/testing'
import { openPage, shownWithinMs } from '../clients/browser.ts'
import { Watcher } from '../clients/watcher.ts'
import { install, type Installation } from '../installation/installation.ts'
import { judgeLiveFrames } from '../judges/live-verdict.ts'
import { countLines, judge, type Verdict } from '../judges/verdict.ts'
import { Traffic } from '../load/traffic.ts'
import type { FaultDefinition, FaultRun, Load, Measured } from './define-fault.ts'
import type { FaultContext, Outcome } from './fault.ts'
import { withCommas } from './format.ts'

/** Makes a fault on an installation under load, and judges what the installation shows in the end. */
export async function runFault<M extends Measured, P>(
  definition: FaultDefinition<M, P>,
  context: FaultContext,
): Promise<Outcome[]> {
  await using resources = new AsyncDisposableStack()
  const prepared = definition.prepare ? await definition.prepare(context, resources) : (undefined as P)
  const cluster = definition.cluster?.(prepared) ?? context.cluster
  const { load: given } = definition
  const load = typeof given === 'function' ? given({ isShort: context.isShort, prepared }) : given
  const { name, channels, linesPerSecond, env = {}, archive, hasPage = false, twitchAheadMs = 0 } = load

  await using installation = await install(cluster, { name, channels, env })
  const traffic = new Traffic(installation.twitch, {
    channels,
    linesPerSecond,
    seed: context.seed,
    twitchAheadMs,
  })
  using watcher = new Watcher(installation.url('gateway'), channels, twitchAheadMs)
  await using page = hasPage ? await openPage(await context.browser(), installation, channels) : undefined
  const run = { ...context, cluster, prepared, installation, traffic, watcher }

  const measured = await makeUnderLoad(definition, run, hasPage)
  const onPage = (await page?.differences(await countLines(traffic.sent, installation))) ?? []
  const verdict = await judge(installation, traffic.sent, { archive: archive !== undefined })
  if (archive === 'same row') addArchive(verdict)
  verdict.problems.push(
    ...(measured.problems ?? []),
    ...onPage,
    ...((await definition.expect?.(run, verdict, measured)) ?? []),
    ...judgeLiveFrames(watcher, verdict),
    ...unexpectedDeaths(installation, measured.expectedDeaths),
    ...unexpectedGaps(load, verdict),
  )
  return outcomesOf(load, verdict, measured)
}

async function makeUnderLoad<M extends Measured, P>(
  { make }: FaultDefinition<M, P>,
  run: FaultRun<P>,
  hasPage: boolean,
): Promise<M> {
  const { traffic, watcher } = run
  traffic.start()
  try {
    await watcher.recovered(Date.now())
    watcher.resetStalest()
    const measured = await make(run)
    if (hasPage) {
      await windowLasts(2 * shownWithinMs)
      // The page is compared in the newest window, so each channel needs a message in it.
      await watcher.recovered(Date.now())
    }
    return measured
  } finally {
    await traffic.stop()
  }
}

function addArchive(verdict: Verdict): void {
  const { lost = 0, twice = 0, problems = [] } = verdict.archive ?? {}
  verdict.lost += lost
  verdict.twice += twice
  verdict.problems.push(...problems)
}

function outcomesOf({ archive }: Load, verdict: Verdict, measured: Measured): Outcome[] {
  const { times, recoveredInS, notes = [] } = measured
  const outcome = {
    times,
    ...(recoveredInS === undefined ? {} : { recoveredInS }),
    notes: [...notes, ...(verdict.inGaps > 0 ? [`${withCommas(verdict.inGaps)} in reported gaps`] : [])],
    verdict,
  }
  if (archive !== 'own row' || verdict.archive === undefined) return [outcome]
  return [outcome, { times, verdict: { messages: verdict.messages, ...verdict.archive } }]
}

function unexpectedDeaths(installation: Installation, expected: Measured['expectedDeaths'] = {}): string[] {
  return [...installation.deaths]
    .filter(([name, times]) => times !== (expected[name] ?? 0))
    .map(([name, times]) => `${name} ended ${times} times, expected: ${expected[name] ?? 0}`)
}

function unexpectedGaps({ hasGaps = false }: Load, { gaps }: Verdict): string[] {
  if (hasGaps) return []
  return [...gaps]
    .filter(([, reported]) => reported.length > 0)
    .map(([login]) => `${login} has a gap that the fault did not cause`)
}
