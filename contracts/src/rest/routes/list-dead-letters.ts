import { z } from '../../zod.ts'
import { deadLetter } from '../../records/dead-letter.ts'
import { defineRoute } from '../route.ts'

/** How many dead letters the list holds. */
export const maxDeadLetters = 100

export const deadLetterList = z.object({
  /** Oldest first. */
  dead_letters: z.array(deadLetter).max(maxDeadLetters),
})

export const listDeadLetters = defineRoute({
  id: 'listDeadLetters',
  method: 'GET',
  path: '/operator/dead-letters',
  summary: `List the newest ${maxDeadLetters} dead letters`,
  access: 'operator',
  isRateLimited: true,
  needsView: false,
  params: z.object({}),
  query: z.object({}),
  responses: { 200: { name: 'DeadLetterList', description: 'The dead letters', body: deadLetterList } },
  errors: ['not_ready'],
})
