import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured, runService } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readConfig } from './config.ts'
import type { PageHandler } from './page.ts'
import { startWeb } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('web', config.LOG_LEVEL, { secrets: secretsOf(config) })
await runService(logger, async () => {
  // `vite build` makes this file, so the type check cannot resolve its path.
  const built = new URL('../build/handler.js', import.meta.url)
  const { handler } = (await import(built.href)) as { handler: PageHandler }
  return startWeb(config, logger, handler)
})
