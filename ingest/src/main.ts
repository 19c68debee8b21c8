import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured, runService } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readConfig } from './config.ts'
import { startIngest } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('ingest', config.LOG_LEVEL, { secrets: secretsOf(config) })
await runService(logger, () => startIngest(config, logger))
