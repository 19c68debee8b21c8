import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { maxRulePerMinute, maxWebhooks, type WebhookRecord } from '@chat-battle/contracts/records/webhook'
import { seriesLength, seriesStepMs, windowMs, windowStart } from '@chat-battle/contracts/window'
import { postPublic } from '@chat-battle/runtime/http/post-public'
import { momentFixture } from '../current/moment.fixture.ts'
import { statsFixture } from '../stats.fixture.ts'
import { startRest } from '../rest/rest.fixture.ts'
import { deliver, maxAttempts, type Delivered } from './webhook-delivery.ts'
import { WebhookDesk } from './webhook-desk.ts'
import { WebhookSender, reportWithinMs } from './webhook-sender.ts'
import { Webhooks } from './webhooks.ts'

/** The one partition of the topic: every reader gets every record, in the same order. */
class Log {
  readonly #readers: Webhooks[] = []
  readonly #records: [string, WebhookRecord | null][] = []

  follow(webhooks: Webhooks): Webhooks {
    this.#readers.push(webhooks)
    return webhooks
  }

  readonly send = (key: string, value: string | null): Promise<void> => {
    this.#records.push([key, value === null ? null : (JSON.parse(value) as WebhookRecord)])
    return Promise.resolve()
  }

  /** Readers read what was written. */
  deliver(): void {
    for (const [key, record] of this.#records.splice(0))
      for (const reader of this.#readers)
        if (record === null) reader.delete(key)
        else reader.apply(key, record)
  }
}

const nowMs = 1_000_000_000
const sentOnce = (): Promise<Delivered> => Promise.resolve({ state: 'sent', status: 204, at: nowMs })

function startGateway(
  log: Log,
  send: (content: string) => Promise<Delivered> = sentOnce,
  windows: ChannelStats[] = [],
) {
  const webhooks = log.follow(new Webhooks())
  const sent: string[] = []
  const outcomes: string[] = []
  const sender = new WebhookSender({
    webhooks,
    windowOf: (_, start) => windows.find((each) => each.window_start === start),
    write: (key, record) => void log.send(key, JSON.stringify(record)),
    deliver: ({ content }, url) => {
      sent.push(`${url()} ${content}`)
      return send(content)
    },
    onOutcome: ({ state }) => outcomes.push(state),
    now: () => nowMs,
  })
  const desk = new WebhookDesk({ webhooks, producer: log, privateHosts: [], now: () => nowMs - 60_000 })
  return { webhooks, sender, desk, sent, outcomes }
}

const url = 'https://discord.com/api/webhooks/1/secret'
const hook = { channel_login: 'arena', url, per_minute: null }
const moment = (given: Partial<MomentRecord> = {}) =>
  momentFixture(nowMs - 10_000, { times_baseline: 7.25, ...given })

test('one of several instances sends a moment, once, whatever revisions follow', async () => {
  const log = new Log()
  const [one, two] = [startGateway(log), startGateway(log)]
  await one.desk.create(hook)
  log.deliver()
  for (const { sender } of [two, one]) sender.onMoment('arena', moment())
  log.deliver()
  for (const { sender } of [one, two]) sender.onMoment('arena', moment({ revision: 9, people: 80 }))
  log.deliver()
  await vi.waitFor(() => expect(two.outcomes).toEqual(['sent']))
  expect(two.sent).toEqual([`${url} **arena**: 7.3 times the usual chat, 60 messages by 40 people so far`])
  expect(one.sent).toEqual([])
  log.deliver()
  for (const { desk } of [one, two])
    expect(desk.list()[0]?.last).toEqual({ start: nowMs - 10_000, state: 'sent', status: 204, at: nowMs })
})

test('an instance that starts later does not send again what was claimed', async () => {
  const log = new Log()
  const one = startGateway(log)
  const later = startGateway(log)
  await one.desk.create(hook)
  one.sender.onMoment('arena', moment())
  log.deliver()
  later.sender.onMoment('arena', moment({ revision: 9 }))
  log.deliver()
  await vi.waitFor(() => expect(one.outcomes).toEqual(['sent']))
  expect([one.sent.length, later.sent.length]).toEqual([1, 0])
})

test.each([
  ['of another channel', 'bridge', {}],
  ['that is no news any more', 'arena', { start: nowMs - reportWithinMs - 1 }],
  ['from before the webhook', 'arena', { start: nowMs - 60_001 }],
])('sends no moment %s', async (_, login, given) => {
  const log = new Log()
  const one = startGateway(log)
  await one.desk.create(hook)
  log.deliver()
  one.sender.onMoment(login, moment(given))
  log.deliver()
  expect(one.sent).toEqual([])
})

test('sends the name of an emote without markup, and no text of people', async () => {
  const log = new Log()
  const one = startGateway(log)
  await one.desk.create(hook)
  log.deliver()
  const emote = { id: '1', name: '@everyone_*', provider: '7tv' } as const
  const leading = { kind: 'emote', text: '@everyone_*', emote, people: 30, share: 0.5 } as const
  one.sender.onMoment('arena', moment({ leading, samples: ['private words'] }))
  const phrase = { kind: 'phrase', text: 'private words', emote: null, people: 30, share: 0.5 } as const
  one.sender.onMoment('arena', moment({ start: nowMs - 1000, leading: phrase }))
  log.deliver()
  await vi.waitFor(() => expect(one.sent).toHaveLength(2))
  expect(one.sent[0]).toContain(String.raw`led by \@everyone\_\*`)
  expect(one.sent.join()).not.toContain('private')
})

/** Windows with these messages, by the start of their step in epoch ms. */
function windowsOf(messages: Readonly<Record<number, number>>): ChannelStats[] {
  return [windowStart(nowMs) - windowMs, windowStart(nowMs)].map((start) => {
    const counts = Array.from(
      { length: seriesLength },
      (_, step) => messages[start + step * seriesStepMs] ?? 0,
    )
    return statsFixture({ window_start: start, series: { step_ms: seriesStepMs, counts } })
  })
}

test('one of several instances reports the minute that reaches the number of a rule', async () => {
  const log = new Log()
  const at = (ms: number) => windowStart(nowMs) + ms
  const reported = async (busy: Readonly<Record<number, number>>) => {
    const windows = windowsOf(busy)
    const [one, two] = [startGateway(log, sentOnce, windows), startGateway(log, sentOnce, windows)]
    if (one.webhooks.size === 0) await one.desk.create({ ...hook, per_minute: 30 })
    log.deliver()
    for (const { sender } of [one, two])
      for (const frame of windows.slice(1))
        for (const login of ['arena', 'other']) sender.onFrame(login, frame)
    log.deliver()
    await vi.waitFor(() =>
      expect(one.outcomes.length + two.outcomes.length).toBe(one.sent.length + two.sent.length),
    )
    return [...one.sent, ...two.sent]
  }
  // The first step is more than a minute before the last one, the second one in the window before.
  const later = at(400_000 - 5000)
  expect(await reported({ [later - 60_000]: 9, [later - 55_000]: 14, [later]: 15 })).toEqual([])
  expect(await reported({ [later - 60_000]: 9, [later - 55_000]: 15, [later]: 15 })).toEqual([
    `${url} **arena**: 30 messages within a minute`,
  ])
})

test('sends nothing more to a receiver that is gone, or that was deleted', async () => {
  const log = new Log()
  const gone = (): Promise<Delivered> => Promise.resolve({ state: 'refused', status: 404, at: nowMs })
  const one = startGateway(log, gone)
  const { id } = await one.desk.create(hook)
  log.deliver()
  one.sender.onMoment('arena', moment())
  log.deliver()
  await vi.waitFor(() => expect(one.outcomes).toEqual(['refused']))
  log.deliver()
  expect(one.desk.list()[0]).toMatchObject({ is_gone: true, url_hint: 'discord.com …cret' })
  expect(one.webhooks.logins()).toEqual([])
  one.sender.onMoment('arena', moment({ start: nowMs - 1000 }))
  log.deliver()
  expect(one.sent).toHaveLength(1)
  await one.desk.delete(id)
  log.deliver()
  expect(one.desk.list()).toEqual([])
  await expect(one.desk.delete(id)).rejects.toThrow(`there is no webhook ${id}`)
})

test('holds a bounded number of webhooks, and of messages that wait for one', async () => {
  const log = new Log()
  const { promise, resolve } = Promise.withResolvers<Delivered>()
  const one = startGateway(log, () => promise)
  for (let index = 0; index < maxWebhooks; index++)
    await one.desk.create({ ...hook, channel_login: index === 0 ? 'arena' : 'other' })
  await expect(one.desk.create(hook)).rejects.toThrow('delete one first')
  log.deliver()
  for (let index = 0; index < 8; index++) {
    one.sender.onMoment('arena', moment({ start: nowMs - 50_000 + index }))
    log.deliver()
  }
  expect(one.outcomes).toEqual(['dropped', 'dropped', 'dropped'])
  resolve({ state: 'sent', status: 204, at: nowMs })
  await vi.waitFor(() => expect(one.outcomes.filter((state) => state === 'sent')).toHaveLength(5))
})

/** A receiver as Discord is. */
async function startReceiver(...answers: RequestListener[]) {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()))
      const answer = answers.shift() ?? ((_, answered) => void answered.writeHead(204).end())
      answer(request, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, bodies }
}

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end('{"message": "x"}')
const message = { content: 'hi', username: 'Chat Battle', allowed_mentions: { parse: [] } } as const

async function sendTo(host: string, given: { url?: () => string | undefined; withinMs?: number } = {}) {
  const waits: number[] = []
  const outcome = await deliver(message, {
    post: (target, json) =>
      postPublic(target, json, { withinMs: given.withinMs ?? 2000, maxBytes: 1000, privateHosts: [host] }),
    url: given.url ?? (() => `http://${host}/hook`),
    signal: new AbortController().signal,
    wait: (ms) => Promise.resolve(waits.push(ms)),
    now: () => 5,
  })
  return { ...outcome, waits }
}

test('waits as long as the receiver says, and sends again', async () => {
  const { host, bodies } = await startReceiver(status(429, { 'retry-after': '0.75' }), status(503))
  expect(await sendTo(host)).toEqual({ state: 'sent', status: 204, at: 5, waits: [750, 2000] })
  expect(bodies).toEqual([message, message, message])
})

test.each([
  ['refuses', [status(400)], 'refused', 400, 1],
  ['redirects', [status(302, { location: 'https://discord.com/' })], 'refused', 302, 1],
  ['is gone', [status(404)], 'refused', 404, 1],
  ['fails each time', Array.from({ length: maxAttempts }, () => status(500)), 'failed', 500, maxAttempts],
  ['wants a long wait', [status(429, { 'retry-after': '3600' })], 'failed', 429, 1],
] as const)('ends where the receiver %s', async (_, answers, state, code, attempts) => {
  const { host, bodies } = await startReceiver(...answers)
  expect(await sendTo(host)).toMatchObject({ state, status: code })
  expect(bodies).toHaveLength(attempts)
})

test('ends where the receiver hangs, and where the webhook was deleted', async () => {
  const hang: RequestListener = () => undefined
  const { host } = await startReceiver(hang, hang, hang, hang)
  expect(await sendTo(host, { withinMs: 30 })).toMatchObject({ state: 'failed', status: null })
  expect(await sendTo(host, { url: () => undefined })).toMatchObject({ state: 'dropped' })
})

test('the operator creates, lists and deletes webhooks over REST', async () => {
  const { origin } = await startRest({ operatorToken: 'a token of an operator' })
  const call = async (method: string, path = '', body?: unknown, token = 'a token of an operator') => {
    const headers = { authorization: `Bearer ${token}` }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${origin}/api/webhooks${path}`, init)
    return { status: response.status, body: (await response.json()) as { id?: string; webhooks?: unknown[] } }
  }
  for (const method of ['GET', 'POST']) expect((await call(method, '', undefined, 'other')).status).toBe(401)
  for (const bad of ['http://discord.com/x', 'https://10.0.0.1/x', 'x'])
    expect(await call('POST', '', { channel: 'arena', url: bad })).toMatchObject({
      status: 400,
      body: { error: { kind: 'webhook_refused' } },
    })
  const created = await call('POST', '', { channel: '@Arena', url })
  expect(created).toMatchObject({
    status: 200,
    body: { channel_login: 'arena', url_hint: 'discord.com …cret', per_minute: null, last: null },
  })
  for (const perMinute of [0, 1.5, maxRulePerMinute + 1, '3'])
    expect(await call('POST', '', { channel: 'arena', url, per_minute: perMinute })).toMatchObject({
      status: 400,
    })
  expect(JSON.stringify(await call('GET'))).not.toContain('secret')
  expect((await call('GET')).body.webhooks).toHaveLength(1)
  expect((await call('DELETE', `/${created.body.id}`)).status).toBe(200)
  expect((await call('DELETE', `/${created.body.id}`)).status).toBe(404)
  expect((await call('GET')).body.webhooks).toEqual([])
})
