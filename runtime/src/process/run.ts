import { flushCompileCache } from 'node:module'
import type { Logger } from './logger.ts'

const stopDeadlineMs = 10_000

/**
 * Runs a service until SIGTERM, SIGINT, or the end of the launcher, then stops it in order. A failed start or an unhandled error
 * ends the process with code 1; its supervisor restarts it.
 */
export async function runService(logger: Logger, start: () => Promise<AsyncDisposable>): Promise<void> {
  const fail = (error: unknown) => {
    logger.fatal({ err: error }, 'service failed, ending the process')
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)

  const stopRequest = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
    process.once('disconnect', () => resolve('the launcher ended'))
  })
  const started = start()
  // Node writes the cache when a process ends; a killed one never does.
  void started.then(
    () => flushCompileCache(),
    () => undefined,
  )
  const reason = await Promise.race([stopRequest, started.then(() => stopRequest)]).catch(fail)
  logger.info({ reason }, 'stopping')
  setTimeout(() => {
    logger.error({ stopDeadlineMs }, 'service did not stop in time, ending the process')
    process.exit(1)
  }, stopDeadlineMs).unref()
  await (await started)[Symbol.asyncDispose]()
  logger.info('stopped')
  process.exit(0)
}

/** Reads a service's configuration. If it is invalid, prints why and ends the process with code 1. */
export function configured<Config>(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
