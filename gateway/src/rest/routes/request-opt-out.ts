import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { endpoint, reply } from '../endpoint.ts'

export const requestOptOutEndpoint = endpoint(requestOptOut, async ({ optOuts }, { body }) =>
  reply(202, await optOuts.request(body)),
)
