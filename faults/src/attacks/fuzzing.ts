import fc from 'fast-check'
import { rawRequest } from './fuzzed-requests.ts'
import { rawExchange } from './raw-http.ts'
import { statusOf, type Attack } from './attack.ts'

const requests = 5000
/** Made at once: making all of them would keep the others, in the same process, waiting. */
const batch = 100
const atOnce = 200
const addresses = 200
/** Longer than the servers wait for a body that was promised: 15 s, until their next look, each half minute. */
const answerWithinMs = 60_000

/** HTTP as nobody should write it. Whatever it is, it is answered, and by nothing that blames the server. */
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
      // From many addresses, so that few of them are refused for being too many.
      const from = `127.0.1.${1 + (unsent.length % addresses)}`
      const status = statusOf((await rawExchange({ port, from }, request, answerWithinMs)).answer)
      answers.set(status, (answers.get(status) ?? 0) + 1)
      if (!/^[234]\d\d$/.test(status)) problems.push(`${status} to ${JSON.stringify(request)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const told = [...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} × ${status}`)
  return `${requests} fuzzed requests: ${told.join(', ')}`
}
