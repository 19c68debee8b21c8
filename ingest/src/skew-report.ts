import type { Logger } from '@chat-battle/runtime/process/logger'

/** Returns a function that logs each change since its last call: the clocks differ, or agree again. */
export function createSkewReport(clock: { readonly skewMs: number | null }, logger: Logger): () => void {
  let wasOff = false
  return () => {
    const { skewMs } = clock
    const isOff = skewMs !== null
    if (isOff === wasOff) return
    wasOff = isOff
    if (isOff)
      logger.error(
        { skewMs },
        "the clocks of this installation and Twitch differ; correct the clock of Kafka's machine",
      )
    else logger.info('the clocks of this installation and Twitch agree again')
  }
}
