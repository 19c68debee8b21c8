import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { deadLetter } from '@chat-battle/contracts/records/dead-letter'
import { until } from '@chat-battle/testkit/testing'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import type { Installation } from '../installation/installation.ts'
import type { Service } from '../installation/service-processes.ts'
import { spoilState, type SpoiledState } from '../load/spoiled-state.ts'
import {
  deadLettersCounted,
  deadLettersIn,
  unreadableBatches,
  writeBatches,
} from '../load/unreadable-records.ts'

/** One in each partition of the input. */
const channels = ['poisoned_a', 'poisoned_b', 'poisoned_c']
const lastChannelId = derivedRoomId('poisoned_c')
const readers = ['ingest', 'processor', 'gateway'] as const
/** Long enough for a reader that wrongly reads a record again to count it twice. */
const readAgainWithinMs = 10_000

/** How many dead letters of each topic the gateway shows to an operator. */
async function keptByTopic({ settings, ...installation }: Installation): Promise<Map<string, number>> {
  const response = await fetch(`${installation.url('gateway')}/operator/dead-letters`)
  const { dead_letters } = z.object({ dead_letters: z.array(deadLetter) }).parse(await response.json())
  const kept = dead_letters.map(({ topic }) => topic.slice(settings.KAFKA_PREFIX.length))
  return new Map([...Map.groupBy(kept, (topic) => topic)].map(([topic, { length }]) => [topic, length]))
}

/** Where a process did not count the dead letters of a topic exactly once per reader, or counted a topic that it does not read. */
async function miscounted(installation: Installation, names: readonly Service[]): Promise<string[]> {
  const problems: string[] = []
  for (const batch of unreadableBatches) {
    for (const name of names) {
      const wanted = deadLettersIn(batch) * (batch.readBy[name] ?? 0)
      const counted = await deadLettersCounted(name, installation, batch.topic)
      if (counted !== wanted) problems.push(`${name} counted ${counted} of ${wanted} on ${batch.topic.name}`)
    }
  }
  return problems
}

async function writeUnreadable({ installation, watcher }: FaultRun): Promise<string[]> {
  await writeBatches(installation, unreadableBatches)
  await watcher.recovered(Date.now())
  const isCounted = async () => {
    // The gateway reads `dead-letters` only when an operator requests them.
    await keptByTopic(installation)
    return (await miscounted(installation, readers)).length === 0
  }
  await until(isCounted, 'every reader has counted the dead letters of its topics').catch(() => undefined)
  await watcher.recovered(Date.now())
  return miscounted(installation, readers)
}

/** Waits until every dead letter is kept; returns how many were written and kept, and a problem per topic that differs. */
async function compareKept(installation: Installation, spoiled: readonly SpoiledState[]) {
  const written = new Map<string, number>()
  for (const batch of [...unreadableBatches, ...spoiled.map((made) => made.batch)])
    written.set(batch.topic.name, (written.get(batch.topic.name) ?? 0) + deadLettersIn(batch))
  let kept = new Map<string, number>()
  const differing = () => [...written].filter(([topic, count]) => kept.get(topic) !== count)
  const areKept = async () => {
    kept = await keptByTopic(installation)
    return differing().length === 0
  }
  await until(areKept, 'every dead letter is kept').catch(() => undefined)
  return {
    written: sum(written.values()),
    kept: sum(kept.values()),
    problems: differing().map(([topic, count]) => `${topic}: ${kept.get(topic) ?? 0} are kept of ${count}`),
  }
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((all, count) => all + count, 0)
}

export const deadLetters = defineFault({
  id: 11,
  name: 'dead letters and other schemas on every topic',
  hasShortForm: true,
  load: { name: 'fault-11', channels, linesPerSecond: 200, archive: 'same row' },
  async make(run) {
    const { installation, isShort } = run
    const problems = await writeUnreadable(run)
    const spoiled = [await spoilState(run, lastChannelId, 'of other versions')]
    if (!isShort) {
      spoiled.push(await spoilState(run, lastChannelId, 'garbage'))
      await delay(readAgainWithinMs)
    }
    problems.push(...spoiled.flatMap((made) => made.problems))
    problems.push(...(await miscounted(installation, ['ingest', 'gateway'])))
    const { written, kept, problems: keptProblems } = await compareKept(installation, spoiled)
    const rebuilt = sum(spoiled.map((made) => made.rebuilt))
    return {
      times: written,
      recoveredInS: Math.max(...spoiled.map((made) => made.recoveredInS)),
      notes: [`${kept} kept for inspection; ${rebuilt} states rebuilt`],
      problems: [...problems, ...keptProblems],
    }
  },
})
