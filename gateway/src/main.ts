import { createLogger } from '@chat-battle/runtime/process/logger'
import { configured, runService } from '@chat-battle/runtime/process/run'
import { secretsOf } from '@chat-battle/runtime/process/secrets'
import { readConfig } from './config.ts'
import { startGateway } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('gateway', config.LOG_LEVEL, { secrets: secretsOf(config) })
await runService(logger, () => startGateway(config, logger))
