import type { Logger } from './logger.ts'

const stopDeadlineMs = 10_000

/**
 * Runs a service until SIGTERM, SIGINT, or the end of the process that launched it, then stops it in order. An error
 * on the way up, or one that nobody handled, ends the process with code 1 for its supervisor to start it again.
 */
export async function runService(logger: Logger, start: () => Promise<AsyncDisposable>): Promise<void> {
  const fail = (error: unknown) => {
    logger.fatal({ err: error }, 'failed; ending the process')
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)

  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
    process.once('disconnect', () => resolve('the launcher has gone'))
  })
  const started = start()
  const reason = await Promise.race([asked, started.then(() => asked)]).catch(fail)
  logger.info({ reason }, 'stopping')
  setTimeout(() => {
    logger.error({ stopDeadlineMs }, 'did not stop in time; ending the process')
    process.exit(1)
  }, stopDeadlineMs).unref()
  await (await started)[Symbol.asyncDispose]()
  logger.info('stopped')
  process.exit(0)
}

/** Reads a service's configuration with `read`, or prints what is wrong with it and ends the process with code 1. */
export function configured<Config>(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
