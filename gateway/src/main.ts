import { createLogger } from '@chat-battle/service/logger'
import { configured, runService } from '@chat-battle/service/run'
import { readConfig } from './config.ts'
import { startGateway } from './service.ts'

const config = configured(readConfig)
const logger = createLogger('gateway', config.LOG_LEVEL)
await runService(logger, () => startGateway(config, logger))
