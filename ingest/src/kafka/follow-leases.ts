import { setTimeout as delay } from 'node:timers/promises'
import { monitoredChannelsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed, type KafkaClient, type KafkaSettings } from '@chat-battle/runtime/kafka/client'
import type { DeadLetters } from '@chat-battle/runtime/kafka/dead-letters'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { LeaseFollower } from '../membership/lease-follower.ts'
import type { Membership } from '../membership/membership.ts'
import { readLeases, type LeaseReader } from './lease-reader.ts'

/** Silence after which the group gives an instance's channels to others: the shortest that a broker allows by default. */
const sessionTimeoutMs = 6000
/** How long a stop waits for other instances to take the channels over; a supervisor grants 10 s. */
const handOffWithinMs = 7000

export interface FollowOptions {
  settings: KafkaSettings
  logger: Logger
  deadLetters: DeadLetters
  follower: LeaseFollower
  membership: Membership
}

/** Follows the leases until `owned` is disposed of. Then hands the channels off, and waits until their new owners have joined. */
export async function followLeases(
  owned: AsyncDisposableStack,
  kafka: KafkaClient,
  { settings, logger, deadLetters, follower, membership }: FollowOptions,
): Promise<LeaseReader> {
  const groupId = prefixed(settings, 'ingest')
  const topic = prefixed(settings, monitoredChannelsTopic.name)
  const reader = await readLeases(
    kafka,
    { groupId, topic, sessionTimeoutMs, logger },
    {
      onAssigned: (partitions) => follower.onAssigned(partitions),
      onLease: (...read) => follower.onLease(...read),
      onAnswer: () => follower.onAnswer(),
      onCaughtUp: () => follower.onCaughtUp(),
      onDeadLetter: deadLetters.keep,
      onFatal(error) {
        throw error
      },
    },
  )
  let hasHeirs = false
  // Disposal runs these from the last to the first.
  owned.defer(() => membership.stop())
  owned.defer(async () => {
    const deadlineMs = performance.now() + handOffWithinMs
    while (hasHeirs && membership.handOffCount > 0 && performance.now() < deadlineMs) await delay(50)
  })
  owned.use(reader)
  owned.defer(() => {
    hasHeirs = reader.sharesPartitions()
    membership.handOffAll()
  })
  return reader
}
