import { expect, test } from 'vitest'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { ErrorKind } from '@chat-battle/contracts/rest/errors'
import { historyProblem } from './history-problem.ts'

const failed = (status: number, kind: ErrorKind | undefined, headers = {}) =>
  new CallFailed('/path', new Response(null, { status, headers }), kind && { kind, message: '' })

test.each([
  [failed(400, 'range_not_served'), { kind: 'not_served', retryMs: null }],
  [failed(503, 'archive_unavailable'), { kind: 'archive_away', retryMs: 10_000 }],
  [failed(404, 'channel_not_monitored'), { kind: 'unknown_channel', retryMs: 10_000 }],
  [failed(502, undefined), { kind: 'unanswered', retryMs: 10_000 }],
  [failed(404, undefined, { 'chat-battle-protocol': '99' }), { kind: 'outdated', retryMs: null }],
  [new TypeError('fetch failed'), { kind: 'unanswered', retryMs: 10_000 }],
])('%s is %o', (error, problem) => expect(historyProblem(error)).toEqual(problem))

test.each([
  ['40', 40_000],
  ['1', 10_000],
  ['86400', 300_000],
])('waits after a refusal as long as the server says, %s s, within reason', (after, retryMs) => {
  const error = failed(429, 'rate_limited', { 'retry-after': after })
  expect(historyProblem(error)).toEqual({ kind: 'slowed', retryMs })
})
