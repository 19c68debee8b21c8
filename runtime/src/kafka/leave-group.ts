import type { Consumer } from 'kafkajs'

const withinMs = 2000

/**
 * Takes a consumer out of its group, so that others have its partitions at once. `running` is what `run` gave: one that has not
 * been let in yet cannot leave. After another's crash that takes a whole session, and is not waited for: it has no partitions.
 */
export async function leaveGroup(consumer: Consumer, running: Promise<void>): Promise<void> {
  const ignored = () => undefined
  // Without a goodbye the group notices after a session.
  const left = running
    .catch(ignored)
    .then(() => consumer.disconnect())
    .catch(ignored)
  await Promise.race([left, new Promise((resolve) => setTimeout(resolve, withinMs).unref())])
}
