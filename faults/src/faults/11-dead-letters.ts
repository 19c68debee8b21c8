import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { deadLetter } from '@chat-battle/contracts/records/dead-letter'
import { until } from '@chat-battle/testkit/testing'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import type { Fault } from '../harness/define-fault.ts'
import type { Installation, Service } from '../installation/installation.ts'
import { countedBy, onTopics, poisonIn, write } from '../load/unreadable-records.ts'
import { spoilState } from '../load/spoiled-state.ts'
import { underLoad } from '../harness/under-load.ts'

/** One in each partition of the input. */
const channels = ['poisoned_a', 'poisoned_b', 'poisoned_c']
const lastId = derivedRoomId('poisoned_c')

/** How many records of each topic an operator is shown to be kept for inspection. */
async function keptByTopic({ settings, ...installation }: Installation): Promise<Map<string, number>> {
  const response = await fetch(`${installation.url('gateway')}/operator/dead-letters`)
  const { dead_letters } = z.object({ dead_letters: z.array(deadLetter) }).parse(await response.json())
  const kept = dead_letters.map(({ topic }) => topic.slice(settings.KAFKA_PREFIX.length))
  return new Map([...Map.groupBy(kept, (topic) => topic)].map(([topic, { length }]) => [topic, length]))
}

/** Where a process has not counted the poison of a topic once for each of its readers, or counted what it does not read. */
async function miscounted(installation: Installation, names: readonly Service[]): Promise<string[]> {
  const problems: string[] = []
  for (const batch of onTopics) {
    for (const name of names) {
      const wanted = poisonIn(batch) * (batch.readBy[name] ?? 0)
      const counted = await countedBy(name, installation, batch.topic)
      if (counted !== wanted) problems.push(`${name} counted ${counted} of ${wanted} on ${batch.topic.name}`)
    }
  }
  return problems
}

export const poison: Fault = {
  rows: [{ id: 11, name: 'dead letters and other schemas on every topic' }],
  hasShortForm: true,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-11', channels, linesPerSecond: 200, archive: 'same row' },
      async (running) => {
        const { installation, watcher } = running
        await write(installation, onTopics)
        await watcher.recovered(Date.now())
        const isCounted = async () => {
          await keptByTopic(installation)
          return (await miscounted(installation, ['ingest', 'processor', 'gateway'])).length === 0
        }
        await until(isCounted, 'every reader has counted what is on its topics').catch(() => undefined)
        await watcher.recovered(Date.now())
        const problems = await miscounted(installation, ['ingest', 'processor', 'gateway'])

        const spoiled = [await spoilState(running, lastId, 'of other versions')]
        if (!context.short) {
          spoiled.push(await spoilState(running, lastId, 'garbage'))
          await delay(10_000)
        }
        problems.push(...spoiled.flatMap((made) => made.problems))
        // One that counts a record again has counted it too often by now.
        problems.push(...(await miscounted(installation, ['ingest', 'gateway'])))
        const sent = new Map<string, number>()
        for (const batch of [...onTopics, ...spoiled.map((made) => made.batch)])
          sent.set(batch.topic.name, (sent.get(batch.topic.name) ?? 0) + poisonIn(batch))
        let kept = new Map<string, number>()
        const differing = () => [...sent].filter(([topic, count]) => kept.get(topic) !== count)
        const isKept = async () => {
          kept = await keptByTopic(installation)
          return differing().length === 0
        }
        await until(isKept, 'every dead letter is kept').catch(() => undefined)
        for (const [topic, count] of differing())
          problems.push(`${topic}: ${kept.get(topic) ?? 0} are kept of ${count}`)
        const sum = (counts: Iterable<number>) => [...counts].reduce((all, count) => all + count, 0)
        return {
          times: sum(sent.values()),
          recoveredInS: Math.max(...spoiled.map((made) => made.recoveredInS)),
          notes: [
            `${sum(kept.values())} kept for inspection; ${sum(spoiled.map(({ rebuilt }) => rebuilt))} states rebuilt`,
          ],
          problems,
        }
      },
    )
  },
}
