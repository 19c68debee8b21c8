import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { RequestRefused } from '../../refusal.ts'
import { endpoint, reply } from '../endpoint.ts'

export const getOptOutEndpoint = endpoint(getOptOut, ({ optOuts }, { params }) => {
  const job = optOuts.job(params.job)
  if (job === undefined) throw new RequestRefused('job_not_found', 'there is no such job')
  return reply(200, job)
})
