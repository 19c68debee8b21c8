import { listOptOuts } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import { endpoint, reply } from '../endpoint.ts'

export const listOptOutsEndpoint = endpoint(listOptOuts, ({ optOuts }) => reply(200, optOuts.list()))
