import type { Consumer } from 'kafkajs'

const withinMs = 2000

/**
 * Takes a consumer out of its group, so that other members get its partitions at once. `running` is the promise of `run`: a member
 * that has not joined yet cannot leave. Joining can take a whole session after another member's crash, so the wait is 2 s at most.
 */
export async function leaveGroup(consumer: Consumer, running: Promise<void>): Promise<void> {
  const ignore = () => undefined
  // A member that does not leave is removed by the group after a session.
  const left = running
    .catch(ignore)
    .then(() => consumer.disconnect())
    .catch(ignore)
  await Promise.race([left, new Promise((resolve) => setTimeout(resolve, withinMs).unref())])
}
