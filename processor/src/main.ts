import { createLogger } from '@chat-battle/service/logger'
import { configured, runService } from '@chat-battle/service/run'
import { secretsOf } from '@chat-battle/service/secrets'
import { readConfig } from './config.ts'
import { startProcessor } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('processor', config.LOG_LEVEL, { secrets: secretsOf(config) })
await runService(logger, () => startProcessor(config, logger))
