import fc from 'fast-check'
import { inParallel } from '@chat-battle/runtime/process/in-parallel'
import { rawRequest } from './fuzzed-requests.ts'
import { rawExchange } from './raw-http.ts'
import { statusOf, type Attack } from './attack.ts'

const requests = 5000
/** Requests are generated in batches: all at once would block the bystanders, which run in this process. */
const batch = 100
const atOnce = 200
const addresses = 200
/** Longer than the servers wait for an announced body: 15 s, checked every 30 s. */
const answerWithinMs = 60_000

function* fuzzedRequests(seed: number): Generator<string> {
  for (let made = 0; made < requests; made += batch)
    yield* fc.sample(rawRequest, { numRuns: batch, seed: seed + made })
}

/** Sends requests that no client should send. Each must get an answer, and none a 5xx. */
export const fuzzing: Attack = async ({ port }, { seed, problems }) => {
  let sent = 0
  const answers = new Map<string, number>()
  await inParallel(fuzzedRequests(seed), atOnce, async (request) => {
    // From many addresses, so that the rate limit refuses few of them.
    const from = `127.0.1.${1 + (sent++ % addresses)}`
    const status = statusOf((await rawExchange({ port, from }, request, answerWithinMs)).answer)
    answers.set(status, (answers.get(status) ?? 0) + 1)
    if (!/^[234]\d\d$/.test(status)) problems.push(`${status} to ${JSON.stringify(request)}`)
  })
  const summary = [...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} × ${status}`)
  return `${requests} fuzzed requests: ${summary.join(', ')}`
}
