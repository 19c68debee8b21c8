import { Router } from 'express'
import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { isOperator } from '@chat-battle/runtime/http/operator-access'
import { RequestRefused } from '../current/channels.ts'

export interface OperatorRouteDeps {
  operatorToken: string | undefined
  readDeadLetters: () => Promise<DeadLetter[]>
}

/** What only an operator may ask, below `/operator`, which `web` does not pass on. */
export function createOperatorRoutes({ operatorToken, readDeadLetters }: OperatorRouteDeps): Router {
  const router = Router()
  router.use((request, _response, next) => {
    if (!isOperator(request, operatorToken)) {
      throw new RequestRefused('unauthorized', 'this is for operators: send OPERATOR_TOKEN as a bearer token')
    }
    next()
  })
  router.get('/dead-letters', async (_request, response) => {
    response.json({ dead_letters: await readDeadLetters() })
  })
  return router
}
