import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { partitionOfKey } from '@chat-battle/runtime/kafka/producer'

/** The partition that each channel's lease has, so that instances divide channels without a lease like those with one. */
export function leasePartitions(logins: readonly string[]): Map<string, number> {
  const { partitions } = monitoredChannelsTopic
  return new Map(logins.map((login) => [login, partitionOfKey(login, partitions)]))
}
