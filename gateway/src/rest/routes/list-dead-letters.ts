import { listDeadLetters } from '@chat-battle/contracts/rest/routes/list-dead-letters'
import { endpoint, reply } from '../endpoint.ts'

export const listDeadLettersEndpoint = endpoint(listDeadLetters, async ({ operator }) =>
  reply(200, { dead_letters: await operator.readDeadLetters() }),
)
