import { setTimeout as delay } from 'node:timers/promises'
import { callRoute, CallFailed } from '@chat-battle/contracts/rest/call-route'
import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { runCommand, UsageError, UserError } from '@chat-battle/runtime/process/command-line'

const pollMs = 1000
const usage = `pnpm opt-out USER_ID | @LOGIN [--gateway URL]

Lets a person opt out, and waits until nothing stored names them any more. A login is looked up in the archive.
OPERATOR_TOKEN in the environment is sent as the token. May be repeated.

  --gateway URL  address of the gateway (default: http://127.0.0.1:3001)`

const options = { gateway: { type: 'string', default: 'http://127.0.0.1:3001' } } as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const [person, ...others] = positionals
  if (person === undefined || others.length > 0) throw new UsageError('expected one person')
  const token = process.env.OPERATOR_TOKEN ?? ''
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
  const call = { origin: values.gateway.replace(/\/$/, ''), headers }
  const body = /^[0-9]+$/.test(person) ? { user_id: person } : { login: person }
  try {
    let job = await callRoute(requestOptOut, { body }, call)
    console.log(`opted out; nothing new names the person from now on (job ${job.job})`)
    while (job.state === 'running') {
      await delay(pollMs)
      job = await callRoute(getOptOut, { params: { job: job.job } }, call)
    }
    console.log(`done: ${job.rewritten} rows and records rewritten, nothing stored names the person`)
  } catch (error) {
    if (error instanceof CallFailed) throw new UserError(error.message)
    if (error instanceof TypeError) throw new UserError(`${call.origin} does not answer: set --gateway`)
    throw error
  }
  return 0
})
