import { callRoute, CallFailed } from '@chat-battle/contracts/rest/call-route'
import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { runCommand, UsageError, UserError } from '@chat-battle/runtime/process/command-line'
import { followJob, isPassing } from './opt-outs/follow-job.ts'

const answerWithinMs = 10_000
const usage = `pnpm opt-out USER_ID | @LOGIN [--gateway URL]

Lets a person opt out, and waits until nothing stored names them any more. A login is looked up in the archive.
OPERATOR_TOKEN in the environment is sent as the token. May be repeated: the removal goes on without this command.

  --gateway URL  address of the gateway (default: http://127.0.0.1:3001)`

const options = { gateway: { type: 'string', default: 'http://127.0.0.1:3001' } } as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const [person, ...others] = positionals
  if (person === undefined || others.length > 0) throw new UsageError('expected one person')
  const token = process.env.OPERATOR_TOKEN ?? ''
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
  const origin = values.gateway.replace(/\/$/, '')
  const call = () => ({ origin, headers, signal: AbortSignal.timeout(answerWithinMs) })
  const body = /^[0-9]+$/.test(person) ? { user_id: person } : { login: person }
  try {
    const requested = await callRoute(requestOptOut, { body }, call())
    console.log(`opted out; nothing new names the person from now on (job ${requested.job})`)
    const { rewritten } = await followJob(requested, {
      read: (job) => callRoute(getOptOut, { params: { job } }, call()),
      log: console.log,
    })
    console.log(`done: ${rewritten} rows and records rewritten, nothing stored names the person`)
  } catch (error) {
    if (error instanceof CallFailed) throw new UserError(error.message)
    if (isPassing(error)) throw new UserError(`${origin} does not answer: set --gateway, or try again`)
    throw error
  }
  return 0
})
