import type { Admin } from 'kafkajs'
import { fetchOffsets } from './topic-offsets.ts'

export interface GroupState {
  /** `empty`: it has no member, or never had one. */
  state: 'stable' | 'rebalancing' | 'empty'
  members: number
}

/** The states of consumer groups, in the given order. */
export async function fetchGroupStates(admin: Admin, groupIds: readonly string[]): Promise<GroupState[]> {
  const { groups } = await admin.describeGroups([...groupIds])
  // Groups come by their coordinators.
  const found = new Map(groups.map((group) => [group.groupId, group]))
  return groupIds.map((groupId): GroupState => {
    const { state, members = [] } = found.get(groupId) ?? {}
    if (state === 'Stable') return { state: 'stable', members: members.length }
    const isRebalancing = state === 'PreparingRebalance' || state === 'CompletingRebalance'
    return { state: isRebalancing ? 'rebalancing' : 'empty', members: members.length }
  })
}

/** How many records of a topic a group has not committed. */
export async function fetchGroupLag(admin: Admin, groupId: string, topic: string): Promise<number> {
  const [ends, committed] = await Promise.all([
    fetchOffsets(admin, topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ])
  const positions = new Map(
    committed.flatMap(({ partitions }) => partitions.map((each) => [each.partition, BigInt(each.offset)])),
  )
  return ends.reduce((sum, { partition, low, high }) => {
    // Without a commit, or where retention was faster, reading begins at the oldest record.
    const position = positions.get(partition) ?? -1n
    return sum + Number(high - (position < low ? low : position > high ? high : position))
  }, 0)
}

/** How many records were appended to a topic after `appendMs`, epoch ms of the broker's clock. */
export async function countAppendedAfter(admin: Admin, topic: string, appendMs: number): Promise<number> {
  const [ends, positions] = await Promise.all([
    fetchOffsets(admin, topic),
    admin.fetchTopicOffsetsByTimestamp(topic, appendMs + 1),
  ])
  const after = new Map(positions.map(({ partition, offset }) => [partition, BigInt(offset)]))
  return ends.reduce((sum, { partition, high }) => {
    const position = after.get(partition) ?? high
    return sum + Number(position < high ? high - position : 0n)
  }, 0)
}
