import { RequestRefused } from './current/channels.ts'

/** Rejects as `not_ready` after `withinMs`: what a request that needs Kafka is raced against. */
export function giveUp(withinMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const refusal = new RequestRefused('not_ready', 'Kafka does not answer; try again in a few seconds')
    setTimeout(() => reject(refusal), withinMs).unref()
  })
}
