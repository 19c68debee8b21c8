import { getPipeline } from '@chat-battle/contracts/rest/routes/get-pipeline'
import { endpoint, reply } from '../endpoint.ts'

export const getPipelineEndpoint = endpoint(getPipeline, async ({ operator, health }) =>
  reply(200, { ...(await operator.pipeline.read()), gateway: health() }),
)
