import { getOpenApi } from '@chat-battle/contracts/rest/routes/get-openapi'
import { endpoint, reply } from '../endpoint.ts'

export const getOpenApiEndpoint = endpoint(getOpenApi, ({ openApi }) => reply(200, openApi()))
