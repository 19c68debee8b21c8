import { expect, test } from 'vitest'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { followJob } from './follow-job.ts'

const running: OptOutJob = {
  job: 'a',
  state: 'running',
  requested_by: 'operator',
  requested_at: 1,
  done_at: null,
  rewritten: 0,
}
const done: OptOutJob = { ...running, state: 'done', done_at: 9, rewritten: 3 }
const refused = () => new TypeError('fetch failed')
const late = () => new DOMException('late', 'TimeoutError')
const failed = (status: number) =>
  new CallFailed('/operator/opt-outs/a', new Response(null, { status }), undefined)

/** Follows a job whose readings are `answers`; the last one repeats. */
async function follow(answers: readonly (OptOutJob | (() => Error))[]) {
  const [waits, lines]: [number[], string[]] = [[], []]
  let nowMs = 0
  const read = () => {
    const answer = answers[Math.min(waits.length, answers.length) - 1]
    return typeof answer === 'object'
      ? Promise.resolve(answer)
      : Promise.reject(answer?.() ?? new Error('no answer'))
  }
  const wait = (ms: number) => {
    waits.push(ms)
    nowMs += ms
    return Promise.resolve()
  }
  const result = await followJob(running, {
    read,
    wait,
    now: () => nowMs,
    log: (line) => lines.push(line),
  }).catch((error: unknown) => error)
  return { result, waits, lines }
}

test('reads a job once per second until it is done', async () => {
  expect(await follow([running, running, done])).toEqual({
    result: done,
    waits: [1000, 1000, 1000],
    lines: [],
  })
})

test('keeps asking while the gateway restarts, ever more rarely, and says so once', async () => {
  const answers = [refused, refused, late, () => failed(503), () => failed(502), running, done]
  expect(await follow(answers)).toEqual({
    result: done,
    waits: [1000, 2000, 4000, 8000, 15_000, 15_000, 1000],
    lines: ['the gateway does not answer; the removal goes on, trying again', 'the gateway answers again'],
  })
})

test('gives up after ten minutes without an answer, and says how to go on', async () => {
  const { result, waits } = await follow([refused])
  expect((result as Error).message).toContain('run the same command again')
  expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(600_000)
  expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThan(620_000)
})

test.each([401, 404])('ends at status %i, which no repetition mends', async (status) => {
  const { result, waits } = await follow([() => failed(status)])
  expect(result).toMatchObject({ status })
  expect(waits).toEqual([1000])
})
