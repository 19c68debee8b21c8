import type { Logger } from '@chat-battle/runtime/process/logger'

/** Gives what logs, at each call, that the clocks have come apart or agree again since the call before. */
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
        "this installation's clock and Twitch's are far apart; set the clock of the machine that Kafka runs on",
      )
    else logger.info("this installation's clock and Twitch's agree again")
  }
}
