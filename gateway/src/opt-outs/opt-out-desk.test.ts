import { expect, test } from 'vitest'
import { optOut, type OptOut } from '@chat-battle/contracts/records/opt-out'
import { OptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import { PersonHash } from '@chat-battle/runtime/process/person-hash'
import { startRest } from '../rest/rest.fixture.ts'
import { OptOutDesk, type OptOutDeskParts } from './opt-out-desk.ts'

const hash = new PersonHash(['1'.repeat(32)])
const job = hash.anonymousId('7')

function createDesk(given: Partial<OptOutDeskParts> = {}) {
  const optOuts = new OptOuts(hash)
  const sent: [string, OptOut][] = []
  const producer = {
    send: (key: string, value: string | null) => {
      sent.push([key, optOut.parse(JSON.parse(value ?? ''))])
      return Promise.resolve()
    },
  }
  const rows = [{ user_id: '7' }]
  const archive = {
    page: (_query: string, [login]: readonly unknown[]) =>
      Promise.resolve({ rows: login === 'seven' ? rows : [], pageState: undefined }),
  }
  const desk = new OptOutDesk({ optOuts, archive, producer, hash, now: () => 5, ...given })
  return { desk, sent, optOuts }
}

const running = {
  job,
  state: 'running',
  requested_by: 'operator',
  requested_at: 5,
  done_at: null,
  rewritten: 0,
} as const

test.each([
  ['an id', { user_id: '7' }, []],
  ['a login', { login: '@Seven' }, ['seven']],
])('a person opts out by %s', async (_, person, names) => {
  const { desk, sent } = createDesk()
  expect(await desk.request(person as { user_id: string })).toEqual(running)
  expect(sent).toEqual([
    [
      job,
      expect.objectContaining({
        pending: { user_id: '7', names },
        name_hashes: names.map((name) => hash.nameHash(name)),
      }),
    ],
  ])
  expect(desk.job(job)).toEqual(running)
  expect(desk.job('other')).toBeUndefined()
})

test('a repeated request joins the job that runs, and runs one again that is done', async () => {
  const { desk, sent, optOuts } = createDesk()
  await desk.request({ login: 'seven' })
  await desk.request({ user_id: '7' })
  expect(sent).toHaveLength(1)
  const [, value] = sent[0] ?? []
  if (value === undefined) throw new Error('nothing sent')
  optOuts.set(job, { ...value, pending: null, done_at: 9, rewritten: 3 })
  expect(desk.job(job)).toMatchObject({ state: 'done', done_at: 9, rewritten: 3 })
  expect(await desk.request({ user_id: '7' })).toMatchObject({ job, state: 'running', done_at: null })
  expect(sent[1]?.[1].name_hashes).toEqual([hash.nameHash('seven')])
})

test('lists running removals first, then the newest', async () => {
  const { desk, optOuts } = createDesk()
  await desk.request({ user_id: '7' })
  const done = { ...(optOuts.get(job) as OptOut), pending: null, done_at: 9, rewritten: 3 }
  optOuts.set('anon-old', { ...done, opted_out_at: 1 })
  optOuts.set('anon-new', { ...done, opted_out_at: 8 })
  const { jobs, ...counts } = desk.list()
  expect(counts).toEqual({ total: 3, running: 1 })
  expect(jobs.map((each) => [each.job, each.state])).toEqual([
    [job, 'running'],
    ['anon-new', 'done'],
    ['anon-old', 'done'],
  ])
})

test('an unknown login and a missing secret are refused', async () => {
  await expect(createDesk().desk.request({ login: 'nobody' })).rejects.toThrow('send user_id instead')
  await expect(createDesk({ hash: undefined }).desk.request({ user_id: '7' })).rejects.toThrow(
    'PERSON_HASH_SECRET is not set',
  )
})

test('the operator requests it over REST, with a valid body', async () => {
  const { desk } = createDesk()
  const { origin } = await startRest({ optOuts: desk, operatorToken: 'a token of an operator' })
  const headers = { authorization: 'Bearer a token of an operator' }
  const post = async (body: string | undefined, given = headers) => {
    const init = { method: 'POST', headers: given, ...(body === undefined ? {} : { body }) }
    const response = await fetch(`${origin}/operator/opt-outs`, init)
    return { status: response.status, body: (await response.json()) as unknown }
  }
  expect(await post('{"user_id":"7"}')).toEqual({ status: 202, body: running })
  const read = await fetch(`${origin}/operator/opt-outs/${job}`, { headers })
  expect([read.status, await read.json()]).toEqual([200, running])
  expect((await fetch(`${origin}/operator/opt-outs/x`, { headers })).status).toBe(404)
  expect((await post('{"user_id":"7"}', { authorization: 'Bearer other' })).status).toBe(401)
  for (const body of [
    undefined,
    '',
    '{',
    '{}',
    '[]',
    'null',
    '{"user_id":7}',
    '{"user_id":"7","login":"x"}',
    '{"user_id":"7 OR 1"}',
  ])
    expect(await post(body), body).toMatchObject({
      status: 400,
      body: { error: { kind: 'malformed_request', message: expect.stringContaining('body:') as string } },
    })
  expect((await post(`{"user_id":"${'7'.repeat(20_000)}"}`)).status).toBe(413)
})
