import { expect, test } from 'vitest'
import type { KafkaAdmin } from './admin.ts'
import { countAppendedAfter, fetchGroupLag, fetchGroupStates } from './group-states.ts'

interface Given {
  ends?: [low: number, high: number][]
  committed?: number[]
  after?: number[]
  groups?: { groupId: string; state: string; members: unknown[] }[]
}

function adminOf({ ends = [], committed = [], after = [], groups = [] }: Given): KafkaAdmin {
  const offsets = (given: number[]) =>
    given.map((offset, partition) => ({ partition, offset: String(offset), metadata: null }))
  return {
    fetchTopicOffsets: () =>
      Promise.resolve(
        ends.map(([low, high], partition) => ({
          partition,
          low: String(low),
          high: String(high),
          offset: '',
        })),
      ),
    fetchOffsets: () => Promise.resolve([{ topic: 't', partitions: offsets(committed) }]),
    fetchTopicOffsetsByTimestamp: () => Promise.resolve(offsets(after)),
    describeGroups: () => Promise.resolve({ groups }),
  } as unknown as KafkaAdmin
}

test('a group lags by what it has not committed of each partition', async () => {
  const ends: Given['ends'] = [
    [0, 10],
    [5, 20],
    [7, 9],
    [0, 4],
  ]
  // Committed, never committed, deleted by retention since, committed before the log was cut.
  expect(await fetchGroupLag(adminOf({ ends, committed: [8, -1, 3, 6] }), 'g', 't')).toBe(2 + 15 + 2 + 0)
})

test('counts what was appended after a time', async () => {
  const ends: Given['ends'] = [
    [0, 10],
    [0, 20],
  ]
  expect(await countAppendedAfter(adminOf({ ends, after: [4, 20] }), 't', 1)).toBe(6)
})

test('reports the states of groups in the order of the request', async () => {
  const groups = [
    { groupId: 'b', state: 'PreparingRebalance', members: [1] },
    { groupId: 'a', state: 'Stable', members: [1, 2] },
    { groupId: 'c', state: 'Dead', members: [] },
  ]
  expect(await fetchGroupStates(adminOf({ groups }), ['a', 'b', 'c', 'd'])).toEqual([
    { state: 'stable', members: 2 },
    { state: 'rebalancing', members: 1 },
    { state: 'empty', members: 0 },
    { state: 'empty', members: 0 },
  ])
})
