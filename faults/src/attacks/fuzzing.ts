import fc from 'fast-check'
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

/** Sends requests that no client should send. Each must get an answer, and none a 5xx. */
export const fuzzing: Attack = async ({ port }, { seed, problems }) => {
  const unsent: string[] = []
  let made = 0
  const next = () => {
    if (unsent.length === 0 && made < requests) {
      unsent.push(...fc.sample(rawRequest, { numRuns: batch, seed: seed + made }))
      made += batch
    }
    return unsent.pop()
  }
  const answers = new Map<string, number>()
  const worker = async () => {
    for (let request = next(); request !== undefined; request = next()) {
      // From many addresses, so that the rate limit refuses few of them.
      const from = `127.0.1.${1 + (unsent.length % addresses)}`
      const status = statusOf((await rawExchange({ port, from }, request, answerWithinMs)).answer)
      answers.set(status, (answers.get(status) ?? 0) + 1)
      if (!/^[234]\d\d$/.test(status)) problems.push(`${status} to ${JSON.stringify(request)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const summary = [...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} × ${status}`)
  return `${requests} fuzzed requests: ${summary.join(', ')}`
}
