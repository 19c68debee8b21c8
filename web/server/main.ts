import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured, runService } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readConfig } from './config.ts'
import { startWeb, type PageHandler } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('web', config.LOG_LEVEL, { secrets: secretsOf(config) })
await runService(logger, async () => {
  // Only there once the page was built, so its path is not one that the compiler could follow.
  const built = new URL('../build/handler.js', import.meta.url)
  const { handler } = (await import(built.href)) as { handler: PageHandler }
  return startWeb(config, logger, handler)
})
