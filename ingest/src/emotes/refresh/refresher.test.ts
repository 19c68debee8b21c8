import { expect, test } from 'vitest'
import { emoteSetKey, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { emptySet, type ProviderSet } from '../providers/answer.ts'
import { SetFetchFailed } from './fetch-set.ts'
import type { SetId } from './refresh-schedule.ts'
import { Refresher } from './refresher.ts'

type Answer = ProviderSet | undefined | Error

function setup(providers: SetProvider[] = ['ffz']) {
  const clock = { nowMs: 1_000_000 }
  const requests: { name: string; answer: (answer: Answer) => Promise<void> }[] = []
  const published: string[] = []
  const results: string[] = []
  const fetchedAtMs = new Map<string, number>()
  const logged: string[] = []
  const refresher = new Refresher(providers, {
    fetch(provider, set) {
      const { promise, resolve, reject } = Promise.withResolvers<ProviderSet | undefined>()
      const answer = async (given: Answer) => {
        if (given instanceof Error) reject(given)
        else resolve(given)
        await new Promise((done) => setImmediate(done))
      }
      requests.push({ name: `${provider} ${set ?? 'global'}`, answer })
      return promise
    },
    publish(owner, set, atMs) {
      fetchedAtMs.set(emoteSetKey(owner), atMs)
      published.push(`${emoteSetKey(owner)} ${set.bot_logins.join()}`)
      return Promise.resolve()
    },
    fetchedAtMs: (owner) => fetchedAtMs.get(emoteSetKey(owner)),
    monotonicMs: () => clock.nowMs,
    nowMs: () => clock.nowMs + 1e12,
    onFetched: (provider, result, skipped) => results.push(`${provider} ${result} ${skipped}`),
    logger: createLogger('test', 'trace', { destination: { write: (line) => void logged.push(line) } }),
    random: () => 0.5,
  })
  const want = (...sets: SetId[]) => refresher.want(new Set(sets))
  const names = () => requests.map(({ name }) => name)
  return { refresher, clock, requests, published, results, logged, want, names, fetchedAtMs }
}

test('requests the wanted sets, two at a time per provider, and publishes them', async () => {
  const { requests, published, results, want, names } = setup(['ffz', 'bttv'])
  want(null, '7', '8')
  expect(names()).toEqual(['ffz global', 'ffz 7', 'bttv global', 'bttv 7'])
  await requests[0]?.answer({ ...emptySet, bot_logins: ['bo'], skipped: 3 })
  expect(published).toEqual(['global:ffz bo'])
  expect(names().slice(4)).toEqual(['ffz 8'])
  await requests[1]?.answer(undefined)
  expect(published).toEqual(['global:ffz bo', '7:ffz '])
  expect(results).toEqual(['ffz ok 3', 'ffz no_account 0'])
})

test('keeps the last good copy when a provider fails, logs the first failure, and goes on', async () => {
  const { requests, published, results, logged, want, clock } = setup()
  want('7')
  await requests[0]?.answer(new SetFetchFailed('server_error', 'the provider answered 500'))
  want('7')
  expect(requests).toHaveLength(1)
  clock.nowMs += 1000
  want('7')
  await requests[1]?.answer(new SetFetchFailed('no_answer', 'TimeoutError'))
  expect(published).toEqual([])
  expect(results).toEqual(['ffz server_error 0', 'ffz no_answer 0'])
  const levels = logged.map((line) => (JSON.parse(line) as { level: number | string }).level)
  expect(new Set(levels).size).toBe(2)
  clock.nowMs += 2000
  want('7')
  await requests[2]?.answer(emptySet)
  expect(published).toEqual(['7:ffz '])
})

test('requests nothing that another ingest fetched lately', () => {
  const { want, names, fetchedAtMs, clock } = setup()
  fetchedAtMs.set('7:ffz', clock.nowMs + 1e12 - 60_000)
  want('7', '8')
  expect(names()).toEqual(['ffz 8'])
})

test('reports the age of the oldest set in use', async () => {
  const { refresher, want, clock, requests, fetchedAtMs } = setup()
  expect(refresher.oldestMs('ffz')).toBe(0)
  fetchedAtMs.set('7:ffz', clock.nowMs + 1e12 - 60_000)
  fetchedAtMs.set('9:ffz', clock.nowMs + 1e12 - 90_000)
  want('7')
  expect(refresher.oldestMs('ffz')).toBe(60_000)
  want('7', '8')
  clock.nowMs += 100_000
  expect(refresher.oldestMs('ffz')).toBe(160_000)
  fetchedAtMs.set('7:ffz', clock.nowMs + 1e12)
  expect(refresher.oldestMs('ffz')).toBe(100_000)
  await requests[0]?.answer(emptySet)
  expect(refresher.oldestMs('ffz')).toBe(0)
})

test('takes no answer after its stop', async () => {
  const { refresher, requests, published, results, want } = setup()
  want('7', '8', '9')
  refresher.stop()
  await requests[0]?.answer(emptySet)
  await requests[1]?.answer(new SetFetchFailed('no_answer', 'AbortError'))
  expect([published, results, requests.length]).toEqual([[], [], 2])
})
