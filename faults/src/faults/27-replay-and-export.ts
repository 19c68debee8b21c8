import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { until } from '@chat-battle/testkit/testing'
import { downloadExport, ReplayClient, type Exported, type Stretch } from '../clients/archive-client.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { restChannels, restStats } from '../installation/rest.ts'
import { readArchivedMessages, untilArchiveAnswers } from '../judges/archive-rows.ts'

const channels = ['replayed_a', 'replayed_b']
const times = 6
const loadBetweenMs = 5000
const cassandraAwayMs = 3000
const answersWithinMs = 120_000
/** The figures that ticks do not change. */
const compared = [
  'message_count',
  'unique_chatters',
  'bits',
  'reply_count',
  'series',
  'top_chatters',
] as const

async function stretches({ installation }: FaultRun): Promise<Stretch[]> {
  const to = windowStart(Date.now()) + windowMs
  return (await restChannels(installation)).flatMap(({ channel_id: channelId }) =>
    channelId === null ? [] : [{ channelId, from: to - windowMs, to }],
  )
}

/** An export says that it is cut, or has what its end states. */
function problemsOf({ ids, end, isComplete }: Exported): string[] {
  if (end === undefined) return isComplete ? ['an export was cut without an error'] : []
  if (new Set(ids).size === ids.length && ids.length === end.messages) return []
  return [`an export has ${ids.length} messages, and ${end.messages} by its end`]
}

async function kill({ installation, cluster }: FaultRun, isGateway: boolean): Promise<void> {
  if (isGateway) return installation.process('gateway').signal('SIGKILL')
  await cluster.cassandra.kill()
  await delay(cassandraAwayMs)
  await cluster.cassandra.start()
  await untilArchiveAnswers(installation)
}

/** Returns problems, and how many of the exports were cut. */
async function makeOnce(run: FaultRun, isGateway: boolean): Promise<{ problems: string[]; cut: number }> {
  const gateway = run.installation.url('gateway')
  const all = await stretches(run)
  // The gateway's connection to a Cassandra that was killed comes back after a moment.
  const isServed = async () =>
    (await Promise.all(all.map((stretch) => downloadExport(gateway, stretch)))).every(({ end }) => end)
  await until(isServed, 'the gateway exports', answersWithinMs)
  using stack = new DisposableStack()
  const replays = all.map(() => stack.use(new ReplayClient(gateway)))
  await Promise.all(replays.map(async (replay, index) => await replay.start(all[index] as Stretch)))
  const exporting = Promise.all(all.map((stretch) => downloadExport(gateway, stretch)))
  await kill(run, isGateway)
  const exported = await exporting
  await Promise.all(replays.map((replay) => replay.settled('a replay ends, fails or is cut')))
  await run.watcher.recovered(Date.now())
  return {
    problems: exported.flatMap(problemsOf),
    cut: exported.filter(({ end }) => end === undefined).length,
  }
}

/** When everything is archived: exports have every row, replays the figures of the newest window. */
async function differences(run: FaultRun): Promise<string[]> {
  const gateway = run.installation.url('gateway')
  const problems: string[] = []
  let rows = 0
  await readArchivedMessages(run.installation, () => void rows++)
  let exportedRows = 0
  for (const stretch of await stretches(run)) {
    // The load may have begun in an earlier window.
    const whole = { ...stretch, from: stretch.from - 2 * windowMs }
    const exported = await downloadExport(gateway, whole)
    problems.push(...problemsOf(exported))
    exportedRows += exported.ids.length + (exported.end?.left_out ?? 0)
    const shown = await restStats(run.installation, 'gateway', stretch.channelId)
    using replay = new ReplayClient(gateway)
    const [from, to] = [shown.window_start, shown.window_end]
    await replay.seek(await replay.start({ ...stretch, from, to }), to - 1)
    await until(() => replay.last !== undefined, 'a frame of the replay')
    for (const name of compared)
      if (!isDeepStrictEqual(replay.last?.[name], shown[name]))
        problems.push(
          `${shown.channel_login}: ${name} is ${JSON.stringify(replay.last?.[name])} in the replay, ${JSON.stringify(shown[name])} live`,
        )
  }
  if (exportedRows !== rows) problems.push(`exports have ${exportedRows} of ${rows} archived messages`)
  return problems
}

export const replayAndExport = defineFault({
  id: 27,
  name: 'gateway and Cassandra killed under exports and replays',
  load: { name: 'fault-27', channels, linesPerSecond: 300, archive: 'same row' },
  async make(run) {
    const problems: string[] = []
    let cut = 0
    for (let time = 0; time < times; time++) {
      await delay(loadBetweenMs)
      const made = await makeOnce(run, time % 2 === 0)
      problems.push(...made.problems)
      cut += made.cut
    }
    return {
      times,
      expectedDeaths: { gateway: times / 2 },
      problems,
      notes: [`${cut} of ${times * channels.length} exports were cut, each with an error`],
    }
  },
  expect: (run) => differences(run),
})
