import { getHealth } from '@chat-battle/contracts/rest/routes/get-health'
import { endpoint, reply } from '../endpoint.ts'

export const getHealthEndpoint = endpoint(getHealth, ({ health }) => {
  const body = health()
  return reply(body.status === 'ok' ? 200 : 503, body)
})
