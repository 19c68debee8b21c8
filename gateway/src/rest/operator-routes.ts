import { Router } from 'express'
import type { PoisonRecord } from '@chat-battle/contracts/poison-record'
import { isOperator } from '@chat-battle/service/operator-access'
import { RequestRefused } from '../view/channels.ts'

export interface OperatorRouteDeps {
  operatorToken: string | undefined
  readPoison: () => Promise<PoisonRecord[]>
}

/** What only an operator may ask, below `/operator`, which `web` does not pass on. */
export function createOperatorRoutes({ operatorToken, readPoison }: OperatorRouteDeps): Router {
  const router = Router()
  router.use((request, _response, next) => {
    if (!isOperator(request, operatorToken)) {
      throw new RequestRefused('unauthorized', 'this is for operators: send OPERATOR_TOKEN as a bearer token')
    }
    next()
  })
  router.get('/poison-records', async (_request, response) => {
    response.json({ poison_records: await readPoison() })
  })
  return router
}
