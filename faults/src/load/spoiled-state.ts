import { z } from 'zod'
import { processorStateTopic } from '@chat-battle/contracts/records/topics'
import { joinRecord, splitRecord } from '@chat-battle/statistics/snapshot/state-record'
import { until } from '@chat-battle/testkit/testing'
import type { FaultRun } from '../harness/define-fault.ts'
import type { Installation } from '../installation/installation.ts'
import { readTopic } from '../installation/topic-contents.ts'
import { deadLettersCounted, deadLettersIn, writeBatches, type Batch } from './unreadable-records.ts'

/** The records of the changelog, by partition and key. */
async function readState(installation: Installation): Promise<Map<string, Buffer>[]> {
  const state = Array.from({ length: processorStateTopic.partitions }, () => new Map<string, Buffer>())
  await readTopic(installation, processorStateTopic, ({ key, value, partition }) => {
    if (value === null) state[partition]?.delete(key)
    else state[partition]?.set(key, value)
  })
  return state
}

const versioned = z.looseObject({ v: z.string().regex(/^[0-9]+-/) })

/** A state record as a format version would write it that is `by` versions later, or earlier if negative. */
function ofVersion(by: number, record: Buffer | undefined, changed: Record<string, unknown> = {}): Buffer {
  if (record === undefined) throw new Error('the state has no record to change')
  const { header, pages } = splitRecord(record)
  const { v, ...rest } = versioned.parse(header)
  const version = v.replace(/^[0-9]+/, (format) => String(Number(format) + by))
  return joinRecord({ v: version, ...rest, ...changed }, pages)
}

/**
 * Unreadable records per partition. Partition 0 gets unknown records, which harm nothing. Partition 1 loses its checkpoint and
 * partition 2 the channel with this id: the processor must rebuild both states.
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
const unusablePartitions = 2

export interface SpoiledState {
  batch: Batch
  recoveredInS: number
  /** How many partitions' states the processor rebuilt. */
  rebuilt: number
  problems: string[]
}

/** Kills the processor, makes part of its state unreadable, and starts it again. `channelId` is in the last partition. */
export async function spoilState(
  { installation, watcher }: FaultRun,
  channelId: string,
  kind: keyof typeof unreadable,
): Promise<SpoiledState> {
  const isWritten = async () => {
    const state = await readState(installation)
    return state.every((records) => records.has('checkpoint')) && state.at(-1)?.has(channelId)
  }
  await until(isWritten, 'every partition has a state')
  const killedAtMs = Date.now()
  const processor = installation.process('processor')
  await processor.kill()
  // Written while no owner runs: only a takeover reads the state, and a running owner would overwrite this.
  const messages = unreadable[kind](channelId, await readState(installation))
  const batch = { topic: processorStateTopic, messages } satisfies Batch
  await writeBatches(installation, [batch])
  await processor.start()
  const recoveredInS = await watcher.recovered(killedAtMs)
  const problems: string[] = []
  const counted = await deadLettersCounted('processor', installation, processorStateTopic)
  if (counted !== deadLettersIn(batch))
    problems.push(`state ${kind}: ${counted} dead letters counted, expected: ${deadLettersIn(batch)}`)
  const labels = { result: 'rebuilt' }
  const rebuilt = await installation.metric('processor', 'processor_takeovers_total', labels)
  if (rebuilt !== unusablePartitions)
    problems.push(`state ${kind}: ${rebuilt} partitions rebuilt, expected: ${unusablePartitions}`)
  return { batch, recoveredInS, rebuilt, problems }
}
