import { z } from 'zod'
import { processorStateTopic } from '@chat-battle/contracts/records/topics'
import { until } from '@chat-battle/testkit/testing'
import { countedBy, poisonIn, write, type Batch } from './unreadable-records.ts'
import type { Installation } from '../installation/installation.ts'
import { readAll } from '../installation/topic-contents.ts'
import type { Running } from '../harness/under-load.ts'

/** The state that is written, by partition and key. */
async function readState(installation: Installation): Promise<Map<string, Buffer>[]> {
  const state = Array.from({ length: processorStateTopic.partitions }, () => new Map<string, Buffer>())
  await readAll(installation, processorStateTopic, ({ key, value, partition }) => {
    if (value === null) state[partition]?.delete(key)
    else state[partition]?.set(key, value)
  })
  return state
}

const versioned = z.looseObject({ v: z.int() })

/** A record of the state as a version would have written it that came `by` versions later, or before if negative. */
function ofVersion(by: number, record: Buffer | undefined, changed: Record<string, unknown> = {}): string {
  const { v, ...rest } = versioned.parse(JSON.parse(String(record)))
  return JSON.stringify({ v: v + by, ...rest, ...changed })
}

/**
 * What is made of the state of each partition: in the first, strangers that harm nothing; in the others the checkpoint, and the
 * channel with this id, without which a state is built anew.
 */
const unreadable = {
  garbage: (id: string) => [
    { key: '1:2:seen:0', value: 'garbage', partition: 0 },
    { key: 'no key of ours', value: 'garbage', partition: 0 },
    { key: 'checkpoint', value: 'garbage', partition: 1 },
    { key: id, value: 'garbage', partition: 2 },
  ],
  'of other versions': (id: string, [, second, third]: Map<string, Buffer>[]) => [
    { key: 'no key of ours', value: null, partition: 0 },
    { key: '1', value: ofVersion(1, third?.get(id), { channel_id: '1', mood: 'merry' }), partition: 0 },
    { key: '2', value: ofVersion(-1, third?.get(id), { channel_id: '2' }), partition: 0 },
    { key: 'checkpoint', value: ofVersion(1, second?.get('checkpoint'), { mood: 'merry' }), partition: 1 },
    { key: id, value: ofVersion(-1, third?.get(id)), partition: 2 },
  ],
}
/** How many partitions have a state then that cannot be used. */
const unusable = 2

/** Kills the processor, makes a part of its state unreadable, and starts it again. `channelId` is of the last partition. */
export async function spoilState(
  { installation, watcher }: Running,
  channelId: string,
  what: keyof typeof unreadable,
): Promise<{ batch: Batch; recoveredInS: number; rebuilt: number; problems: string[] }> {
  const isWritten = async () => {
    const state = await readState(installation)
    return state.every((records) => records.has('checkpoint')) && state.at(-1)?.has(channelId)
  }
  await until(isWritten, 'every partition has a state')
  const killedAtMs = Date.now()
  const processor = installation.process('processor')
  await processor.kill()
  // State is read by the next owner only, and the one before would have written it again.
  const messages = unreadable[what](channelId, await readState(installation))
  const batch = { topic: processorStateTopic, messages } satisfies Batch
  await write(installation, [batch])
  await processor.start()
  const recoveredInS = await watcher.recovered(killedAtMs)
  const problems: string[] = []
  const counted = await countedBy('processor', installation, processorStateTopic)
  if (counted !== poisonIn(batch)) problems.push(`state ${what}: ${counted} counted of ${poisonIn(batch)}`)
  const labels = { result: 'rebuilt' }
  const rebuilt = await installation.metric('processor', 'processor_takeovers_total', labels)
  if (rebuilt !== unusable)
    problems.push(`state ${what}: ${rebuilt} rebuilt, where ${unusable} are unreadable`)
  return { batch, recoveredInS, rebuilt, problems }
}
