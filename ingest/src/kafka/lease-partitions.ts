import { Partitioners } from 'kafkajs'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'

/** The partition that a lease of each channel would have, so that instances divide these channels like the leased ones. */
export function leasePartitions(logins: readonly string[]): Map<string, number> {
  const { name, partitions } = monitoredChannelsTopic
  const partitionOf = Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }))
  return new Map(
    logins.map((login) => [
      login,
      partitionOf({ topic: name, partitionMetadata, message: { key: login, value: '' } }),
    ]),
  )
}
